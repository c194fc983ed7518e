pub(super) fn write(d: &super::ProgramData) -> String { serde_json::to_string(d).unwrap_or_default() }
