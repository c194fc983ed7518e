//! For any mutation of a program, reading gives a program or says why not.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::{Program, limits};
use super::{BASE, good_programs, mutations, work};
use crate::diagnostic::Code;

#[test]
fn damaged_programs_load_or_say_why_not() {
    for seed in good_programs() {
        let config = Config { cases: 1500, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new(config);
        let result = runner.run(&mutations(&seed), |text| {
            let (program, diagnostics) = Program::diagnose(&text, "damaged.json");
            prop_assert_eq!(program.is_none(), diagnostics.has_errors());
            for diagnostic in &diagnostics {
                prop_assert!(diagnostic.line > 0 || diagnostic.code == Code::More);
                prop_assert!(diagnostic.help.as_ref().is_some_and(|help| !help.is_empty()), "{}", diagnostic);
            }
            let lines = diagnostics.render(|_| Some(&text)).lines().count();
            prop_assert!(lines <= diagnostics.0.len() * 30);
            if let Some(program) = program {
                let again = Program::from_json(&program.to_json(), "again.json");
                prop_assert_eq!(again, Ok(program));
            }
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}

/// Reading looks at most so often at each byte, whatever a file holds.
const LOOKS_PER_BYTE: usize = 16;

/// Rows of hostile length and number. What is counted is named in `work`.
#[test]
fn large_files_are_read_in_linear_time() {
    let swap = |from: &str, to: String| BASE.replacen(from, &to, 1);
    let check = |text: String, expected: Option<Code>| {
        let ((_, diagnostics), looked_at) = work::during(|| Program::diagnose(&text, "large.json"));
        assert_eq!(diagnostics.0.first().map(|d| d.code), expected, "{diagnostics}");
        assert!(diagnostics.0.len() <= 101);
        assert!(
            looked_at <= LOOKS_PER_BYTE * text.len(),
            "{} bytes were looked at {looked_at} times",
            text.len()
        );
    };
    let last = "{\"op\": \"lookup\", \"args\": [5], \"index\": 1}\n";
    let chain = |from: usize, to: usize| {
        (from..to).map(|i| format!(",{{\"op\":\"sin\",\"args\":[{}]}}", i - 1)).collect::<String>()
    };
    check(swap(last, format!("{last}{}", chain(42, 200_000))), None);
    // Every node is wrong.
    let wrong: String = (0..150_000).map(|_| ",{\"op\":\"sine\",\"args\":[1,2]}").collect();
    check(swap(last, format!("{last}{wrong}")), Some(Code::UnknownName));
    // One cycle through all of them.
    let ring = chain(43, 150_000);
    let ring = format!("{last},{{\"op\":\"sin\",\"args\":[149999]}}{ring}");
    check(swap(last, ring), Some(Code::Cycle));
    // Many steps of one long chain.
    let slots: String = (100..4_000)
        .map(|i| format!(",{{\"id\":{i},\"name\":\"s{i}\",\"storage\":\"f64\",\"offset\":{i},\"stride\":1,\"type\":\"float\"}}"))
        .collect();
    let slot = "\"stride\": 1, \"type\": \"int\"}\n";
    let steps: String = (100..4_000)
        .map(|i| format!("{{\"phase\":\"signals\",\"do\":{{\"signal\":{{\"slot\":{i},\"node\":49999}}}},\"writes\":[{{\"slot\":{i}}}]}},"))
        .collect();
    let text = swap(last, format!("{last},{{\"op\":\"time\"}}{}", chain(43, 50_000)));
    let text = text.replacen(slot, &format!("{slot}{slots}"), 1);
    let text = text.replacen("\"steps\": [", &format!("\"steps\": [{steps}"), 1);
    check(text, Some(Code::Limit));
    check("[".repeat(10_000_000), Some(Code::Limit));
    check("1,".repeat(limits::VALUES_MAX + 1), Some(Code::Limit));
    check(" ".repeat(limits::BYTES_MAX + 1), Some(Code::Limit));
    check(format!("{{\"{}\": 1}}", "x".repeat(10_000_000)), Some(Code::Format));
    check(swap("\"kind\": \"hold\"", format!("\"{}\": 1", "x".repeat(10_000_000))), Some(Code::UnknownField));
}
