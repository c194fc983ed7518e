use super::format::ProgramData; use super::types::Type; use super::infer; use crate::diagnostic::Diagnostics;
pub(super) struct Checked { pub(super) types: Vec<Type>, pub(super) domains: Vec<Option<u32>> }
pub(super) fn check(data: &ProgramData) -> Result<Checked, Diagnostics> {
    let (mut types, mut domains) = (Vec::new(), Vec::new());
    for n in &data.nodes {
        let t: Vec<Type> = n.args.iter().map(|&a| types[a as usize]).collect();
        let d: Vec<Option<u32>> = n.args.iter().map(|&a| domains[a as usize]).collect();
        types.push(infer::node_type(data, n, &t).map_err(|e| Diagnostics(vec![format!("{e:?}")]))?);
        domains.push(infer::node_domain(data, n, &d).map_err(|e| Diagnostics(vec![format!("{e:?}")]))?);
    }
    Ok(Checked { types, domains })
}
