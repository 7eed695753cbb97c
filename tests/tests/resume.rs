//! Runs that are killed at any instant go on with nothing lost and nothing written twice.
//!
//! `GLOSS_KILLS` in the environment says how often each kind of run is killed: a few times here, and
//! many times by `cargo xtask verify-long`. `GLOSS_SEED` says where the random numbers begin.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(unix)]

use std::fs;
use std::time::{Duration, Instant};

use gloss_tests::random::{Random, number};
use gloss_tests::runs::{self, Left, aside, begin, start, wait_for};
use gloss_tests::{Sandbox, documents};

/// A sentence or two that is different for each number; each eleventh is bad.
fn text(i: usize) -> String {
    let bad = if i % 11 == 7 { "BAD" } else { "" };
    let words: Vec<String> =
        (0..30).map(|w| format!("s{}w{w}", i - usize::from(i % 5 == 4))).collect();
    format!("Naïve {} {bad}. Over.", words.join(" "))
}

fn jsonl(count: usize) -> String {
    let line =
        |i| serde_json::json!({ "id": format!("{i:05}"), "text": text(i) }).to_string() + "\n";
    (0..count).map(line).collect()
}

/// Runs once undisturbed. Then kills runs at random instants, and resumes them until they are whole.
fn check(scenario: u64, sandbox: &Sandbox, run: &[&str], code: i32) {
    let arguments = [run, &["-o", "out.jsonl", "--checkpoint-every", "1"]].concat();
    let begin = Instant::now();
    let ran = sandbox.gloss(&arguments, b"");
    let takes = begin.elapsed();
    assert_eq!(ran.code, code, "{}", ran.stderr);
    let expected = Left::by(sandbox);
    assert_eq!(aside(sandbox), [""; 0]);
    let resume = [arguments.as_slice(), &["--resume"]].concat();
    let (mut random, mut killed, kills) = (Random::new(scenario), 0, number("GLOSS_KILLS", 4));
    while killed < kills {
        for ending in ["", ".quarantine.jsonl", ".run.json"] {
            let _ = fs::remove_file(sandbox.path().join(format!("out.jsonl{ending}")));
        }
        let (mut this_run, mut stuck) = (0, 0);
        let code = loop {
            let mut child = start(sandbox, &resume);
            // The longer nothing came of it, the more time it gets, so that it ends.
            let limit = takes.as_micros() as u64 * (12 + stuck) / 10;
            std::thread::sleep(Duration::from_micros(random.below(limit)));
            stuck += 1;
            child.kill().unwrap();
            let ended = child.wait_with_output().unwrap();
            match ended.status.code() {
                None => this_run += 1,
                Some(1) => panic!("{}", String::from_utf8_lossy(&ended.stderr)),
                Some(code) => break code,
            }
        };
        killed += this_run;
        assert_eq!(code, expected_code(&expected));
        let found = Left::by(sandbox);
        assert!(found.output == expected.output, "the output is another after {this_run} kills");
        let same = found.quarantine == expected.quarantine;
        assert!(same, "the quarantine is another after {this_run} kills");
        assert_eq!(found.counts, expected.counts, "after {this_run} kills");
        assert_eq!(aside(sandbox), [""; 0]);
    }
    println!("scenario {scenario}: {killed} runs were killed");
}

fn expected_code(left: &Left) -> i32 {
    if left.quarantine.is_empty() { 0 } else { 3 }
}

/// Slow enough to be killed in the middle, with an error for bad documents.
const SLOW: &str = "[[stage]]\nid = \"slow\"\nextractor = \"unruly\"\n\
                    options = { fault = \"sleep\", sleep_ms = 1 }\n\
                    [[stage]]\nextractor = \"unruly\"\n\
                    options = { fault = \"error\", trigger = \"BAD\" }\n";

#[test]
fn lines_of_a_file() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", SLOW);
    let mut lines = jsonl(700);
    lines.insert_str(0, "\n{\"txt\":1}\n\n");
    sandbox.file("in.jsonl", lines);
    check(0, &sandbox, &["run", "p.toml", "in.jsonl", "-j", "3"], 3);
    check(1, &sandbox, &["run", "p.toml", "in.jsonl", "-j", "1", "--shard", "2/3"], 3);
}

#[test]
fn stages_that_are_left_out() {
    let sandbox = Sandbox::new();
    let after = "[[stage]]\nid = \"after\"\nextractor = \"relay\"\n\
                 options = { reads = [\"words\"], gives = [\"copies\"] }\n\
                 [[stage]]\nid = \"french\"\nextractor = \"sentences\"\nlanguages = [\"fr\"]\n";
    let slow = SLOW.replace("extractor = \"unruly\"", "layers = []\nextractor = \"unruly\"");
    sandbox.file("in.jsonl", jsonl(400));
    for (scenario, policy) in [(5, "skip-document"), (6, "skip-stage")] {
        let bad = format!("on-failure = \"{policy}\"\n options = {{ fault = \"error\"");
        let stages = slow.replace("options = { fault = \"error\"", &bad);
        let inputs = "inputs = { words = \"unruly/words\" }\n";
        let after = after.replace("options = { reads", &format!("{inputs}options = {{ reads"));
        sandbox.file("p.toml", stages + &after);
        check(scenario, &sandbox, &["run", "p.toml", "in.jsonl", "-j", "2"], 3);
        let record = runs::record(&sandbox);
        let counts = ["documents", "passed_over"].map(|key| {
            [2, 3].map(|stage: usize| record["stages"][stage][key].as_u64().unwrap_or(0))
        });
        let bad = (0..400_u64).filter(|i| i % 11 == 7).count() as u64;
        let passed_over = if scenario == 5 { [0, 400] } else { [bad, 400] };
        assert_eq!(counts, [[400 - bad, 0], passed_over], "{policy}");
    }
}

#[test]
fn files_of_a_folder() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", SLOW);
    for i in 0..150 {
        sandbox.file(&format!("in/{i:03}.txt"), text(i));
    }
    sandbox.file("in/033.txt", b"\xFF");
    sandbox.file("in/more.jsonl", jsonl(90));
    check(2, &sandbox, &["run", "p.toml", "in", "-j", "2"], 3);
}

#[test]
fn stages_in_processes_of_their_own() {
    let sandbox = Sandbox::new();
    let abort = SLOW.replace("\"error\", trigger = \"BAD\"", "\"abort\", trigger = \"s18w\"");
    sandbox.file("p.toml", abort);
    sandbox.file("in.jsonl", jsonl(250));
    check(3, &sandbox, &["run", "p.toml", "in.jsonl", "-j", "2", "--isolate"], 3);
}

#[test]
fn stages_that_must_see_every_document() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"near-duplicates\"\n\
         [[stage]]\nextractor = \"tally\"\n\
         options = { after = true, fault = \"error\", trigger = \"BAD\" }\n\
         [[stage]]\nextractor = \"unruly\"\noptions = { fault = \"sleep\", sleep_ms = 1 }\n\
         [[stage]]\nid = \"late\"\nextractor = \"unruly\"\n\
         options = { fault = \"error\", trigger = \"s18w\" }\n",
    );
    sandbox.file("in.jsonl", jsonl(400));
    check(4, &sandbox, &["run", "p.toml", "in.jsonl", "-j", "2"], 3);
}

/// Of stages that must see every document, of one that feeds them and of one that they feed, with
/// documents that fail in each pass and go on.
#[test]
fn stages_of_several_passes_that_are_left_out() {
    let sandbox = Sandbox::new();
    let english = "languages = [\"en\"]\n";
    let fails = |trigger: &str, more: &str| {
        format!(
            "on-failure = \"skip-stage\"\n\
             options = {{ fault = \"error\", trigger = \"{trigger}\"{more} }}\n"
        )
    };
    let stages = [
        format!("id = \"first\"\nextractor = \"unruly\"\n{}", fails("BAD", "")),
        "extractor = \"near-duplicates\"\n".to_owned() + english,
        "id = \"counted\"\nextractor = \"tally\"\n".to_owned() + &fails("s18w", ", after = true"),
        "id = \"late\"\nextractor = \"relay\"\nlayers = []\ninputs = { words = \"first/words\" }\n\
         options = { reads = [\"words\"], gives = [\"copies\"] }\n"
            .to_owned(),
        "id = \"slow\"\nextractor = \"unruly\"\nlayers = []\n\
         options = { fault = \"sleep\", sleep_ms = 1 }\n"
            .to_owned()
            + english,
    ];
    sandbox.file("p.toml", stages.map(|stage| format!("[[stage]]\n{stage}")).concat());
    let line = |i: usize| {
        let language = if i.is_multiple_of(3) { "fr" } else { "en" };
        let metadata = serde_json::json!({ "language": language });
        serde_json::json!({ "text": text(i), "metadata": metadata }).to_string() + "\n"
    };
    sandbox.file("in.jsonl", (0..400).map(line).collect::<String>());
    check(7, &sandbox, &["run", "p.toml", "in.jsonl", "-j", "2"], 3);
    let record = runs::record(&sandbox);
    let passed_over = |stage: usize| record["stages"][stage]["passed_over"].as_u64();
    let (bad, french) = ((0..400).filter(|i| i % 11 == 7).count() as u64, 134);
    let found: Vec<_> = (0..5).map(passed_over).collect();
    assert_eq!(found, [None, Some(french), Some(french), Some(bad), Some(french)]);
}

/// A run that was stopped with some documents settled, and the arguments it was started with.
fn stopped(sandbox: &Sandbox, signal: &str, more: &[&str]) -> (Vec<String>, String) {
    sandbox.file("p.toml", SLOW.replace("sleep_ms = 1 ", "sleep_ms = 5 "));
    sandbox.file("in.jsonl", jsonl(600));
    let run =
        ["run", "p.toml", "in.jsonl", "-j", "2", "-o", "out.jsonl", "--checkpoint-every", "1"];
    let arguments = [&run, more].concat();
    let child = begin(sandbox, &arguments);
    let kill = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{said}");
    (arguments.iter().map(ToString::to_string).collect(), said)
}

#[test]
fn what_asks_a_run_to_stop_leaves_it_to_be_gone_on_with() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let sandbox = Sandbox::new();
        let (arguments, said) = stopped(&sandbox, signal, &[]);
        assert!(said.contains("--resume"), "{said}");
        assert_eq!(aside(&sandbox), [".out.jsonl.journal", ".out.jsonl.part"]);
        assert!(!sandbox.path().join("out.jsonl").exists());
        let record = runs::record(&sandbox);
        let kept = documents(&sandbox.read(".out.jsonl.part")).len();
        assert_eq!((&record["annotated"], &record["stopped"]), (&kept.into(), &true.into()));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let resumed = sandbox.gloss(&[arguments.as_slice(), &["--resume"]].concat(), b"");
        assert_eq!(resumed.code, 3, "{}", resumed.stderr);
        assert!(resumed.stderr.contains("going on behind"), "{}", resumed.stderr);
        let record = runs::record(&sandbox);
        assert_eq!((&record["resumed"], &record["stopped"]), (&1.into(), &false.into()));
        let found = Left::by(&sandbox);
        assert_eq!(sandbox.gloss(&arguments, b"").code, 3);
        assert!(Left::by(&sandbox) == found, "after {signal}");
    }
}

/// With `nohup` a run is not to hear that its terminal is gone.
#[test]
fn a_signal_that_is_ignored_stays_so() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", SLOW.replace("sleep_ms = 1 ", "sleep_ms = 3 "));
    sandbox.file("in.jsonl", jsonl(700));
    let gloss = sandbox.command(&[]);
    let script = format!(
        "trap '' HUP; {} run p.toml in.jsonl -j 1 & pid=$!; sleep 1; kill -HUP $pid || exit 9; wait $pid",
        gloss.get_program().to_string_lossy()
    );
    let mut shell = sandbox.command_of(std::path::Path::new("sh"), &["-c", &script]);
    let ended = shell.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "{said}");
}

/// What `gloss` says to these arguments, after a run was stopped, in parts; the run can still be gone on
/// with.
#[test]
fn what_is_not_the_same_run_is_refused() {
    let sandbox = Sandbox::new();
    let (arguments, _) = stopped(&sandbox, "-INT", &[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let refused = |more: &[&str], parts: &[&str]| {
        let before = (sandbox.read(".out.jsonl.part"), sandbox.read(".out.jsonl.journal"));
        let ran = sandbox.gloss(&[arguments.as_slice(), more].concat(), b"");
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
        }
        let after = (sandbox.read(".out.jsonl.part"), sandbox.read(".out.jsonl.journal"));
        assert!(before == after, "{more:?}");
    };
    refused(&[], &["G0705", "out.jsonl", "--resume", "--restart"]);
    refused(&["--resume", "--offsets", "utf16"], &["G0706", "--offsets"]);
    refused(&["--resume", "--shard", "1/2"], &["G0706", "the shard"]);
    let change = |name: &str, from: &str, to: &str, parts: &[&str]| {
        let before = sandbox.read(name);
        let metadata = fs::metadata(sandbox.path().join(name)).unwrap();
        sandbox.file(name, before.replacen(from, to, 1));
        refused(&["--resume"], parts);
        let path = sandbox.file(name, before);
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(metadata.modified().unwrap()).unwrap();
    };
    change("p.toml", "\"BAD\"", "\"GOOD\"", &["G0706", "the options of stage \"unruly\""]);
    change("p.toml", "\"slow\"", "\"slower\"", &["G0706", "the pipeline file"]);
    change("in.jsonl", "Over", "Ober", &["G0706", "in.jsonl was changed"]);
    // What says only where a stage runs may be changed.
    let resources = sandbox.read("p.toml").replacen("id =", "workers = 1\nid =", 1);
    sandbox.file("p.toml", format!("# Remarks too.\n{resources}"));
    let ran = sandbox.gloss(&[arguments.as_slice(), &["--resume", "--isolate"]].concat(), b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(aside(&sandbox), [""; 0]);
    // It is whole now.
    let ran = sandbox.gloss(&[arguments.as_slice(), &["--resume"]].concat(), b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("whole already"), "{}", ran.stderr);
    let whole = sandbox.read("out.jsonl");
    let ran = sandbox.gloss(&[&arguments[..], &["--resume", "--offsets", "utf16"]].concat(), b"");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("G0706") && ran.stderr.contains("--restart"), "{}", ran.stderr);
    assert_eq!(sandbox.read("out.jsonl"), whole);
}

#[test]
fn a_run_is_begun_anew_when_that_is_asked_for() {
    let sandbox = Sandbox::new();
    let (arguments, _) = stopped(&sandbox, "-INT", &[]);
    sandbox.file("p.toml", "[[stage]]\nextractor = \"unruly\"\n");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = sandbox.gloss(&[arguments.as_slice(), &["--restart"]].concat(), b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(documents(&sandbox.read("out.jsonl")).len(), 600);
    assert_eq!(aside(&sandbox), [""; 0]);
    // What failed in the run that was thrown away did not fail in this one.
    assert!(!sandbox.path().join("out.jsonl.quarantine.jsonl").exists());
}

#[test]
fn damage_is_found() {
    let sandbox = Sandbox::new();
    let (arguments, _) = stopped(&sandbox, "-INT", &["--quarantine", "bad.jsonl"]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let check = |name: &str, contents: &str| {
        let before = sandbox.read(name);
        sandbox.file(name, contents);
        let ran = sandbox.gloss(&[arguments.as_slice(), &["--resume"]].concat(), b"");
        assert_eq!(ran.code, 1, "{name}: {}", ran.stderr);
        for part in ["G0707", name, "--restart"] {
            let part = part.trim_start_matches('.').trim_end_matches(".part");
            assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
        }
        sandbox.file(name, before);
    };
    check(".out.jsonl.part", "{}\n");
    check("bad.jsonl", "");
    check(".out.jsonl.journal", "no\njournal\n");
    let ran = sandbox.gloss(&[arguments.as_slice(), &["--resume"]].concat(), b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
}

#[test]
fn one_output_has_one_run() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", SLOW.replace("sleep_ms = 1 ", "sleep_ms = 60000 "));
    sandbox.file("in.jsonl", jsonl(3));
    let mut child = start(&sandbox, &["run", "p.toml", "in.jsonl", "-o", "out.jsonl"]);
    wait_for(&mut child, || sandbox.path().join(".out.jsonl.part").exists());
    for more in [&[][..], &["--resume"], &["--restart"]] {
        let arguments = [&["run", "p.toml", "in.jsonl", "-o", "out.jsonl"], more].concat();
        let ran = sandbox.gloss(&arguments, b"");
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("G0704"), "{}", ran.stderr);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // Nothing was settled, so there is nothing to lose.
    sandbox.file("p.toml", "[[stage]]\nextractor = \"unruly\"\n");
    let ran = sandbox.gloss(&["run", "p.toml", "in.jsonl", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(aside(&sandbox), [""; 0]);
}

#[test]
fn what_cannot_be_gone_on_with_is_said() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"unruly\"\n");
    let check = |arguments: &[&str], code: i32, parts: &[&str]| {
        let ran = sandbox.gloss(&[&["run", "p.toml"], arguments].concat(), b"a text");
        assert_eq!(ran.code, code, "{}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
        }
    };
    check(&["-", "-o", "out.jsonl", "--resume"], 1, &["G0708", "standard input"]);
    check(&["p.toml", "--resume"], 2, &["--output"]);
    check(&["p.toml", "-o", "a", "--resume", "--restart"], 2, &["cannot be used"]);
    check(&["-", "-o", "out.jsonl"], 0, &[]);
    assert_eq!(aside(&sandbox), [""; 0]);
}
