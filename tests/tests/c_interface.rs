//! The C header, and a plugin that is written in C alone.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gloss_tests::{Sandbox, c, documents};

#[test]
fn the_header_stands_alone() {
    let sandbox = Sandbox::new();
    let manifest = r#"GLOSS_MANIFEST("{\"abi\":\"" GLOSS_ABI_VERSION "\"}");"#;
    let text = "static const gloss_str text = GLOSS_STR(\"text\");\n";
    let use_it =
        "size_t use(void);\nsize_t use(void) { return text.len + gloss_str_of(\"x\").len; }\n";
    let source = format!("#include <gloss.h>\n#include <gloss.h>\n{manifest}\n{text}{use_it}");
    for (compiler, name, standard) in [
        ("cc", "alone.c", "-std=c99"),
        ("cc", "alone.c", "-std=c11"),
        ("c++", "alone.cc", "-std=c++11"),
        ("c++", "alone.cc", "-std=c++17"),
    ] {
        let source = sandbox.file(name, &source);
        let mut command = vec![standard.into(), "-pedantic".into(), "-Wall".into()];
        command.extend(["-Wextra".into(), "-Werror".into(), "-c".into(), "-o".into()]);
        command.extend([sandbox.path().join("alone.o").into_os_string(), "-I".into()]);
        command.extend([c::include().into_os_string(), source.into_os_string()]);
        c::compile(compiler, &command);
    }
}

/// Runs the example plugin over a text: the spans as text, label and value, and the class.
fn check(plugin: &Path, options: &str, text: &str, spans: &[(&str, &str, f64)], class: &str) {
    let sandbox = Sandbox::new();
    sandbox
        .file("p.toml", format!("[[stage]]\nextractor = \"numbers\"\noptions = {{ {options} }}"));
    sandbox.file("a.txt", text);
    let plugin = plugin.to_str().unwrap();
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt", "--plugin-path", plugin], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = &documents(&ran.stdout)[0];
    let found = document["layers"]["numbers/numbers"]["annotations"].as_array().unwrap();
    let seen = |a: &serde_json::Value| {
        let (start, end) = (a["start"].as_u64().unwrap(), a["end"].as_u64().unwrap());
        let value = a["attributes"]["value"].as_f64().unwrap_or(f64::NAN);
        (text[start as usize..end as usize].to_owned(), a["label"].clone(), value)
    };
    let found: Vec<_> = found.iter().map(seen).collect();
    let wanted: Vec<_> =
        spans.iter().map(|(s, l, v)| (s.to_string(), serde_json::json!(l), *v)).collect();
    // NaN, which stands for no value here, equals itself in this form.
    assert_eq!(format!("{found:?}"), format!("{wanted:?}"), "{text}");
    assert_eq!(document["layers"]["numbers/numeracy"]["annotations"][0]["label"], class, "{text}");
}

/// A library that was linked without one that it needs is the commonest reason for a plugin not to load.
#[test]
#[cfg(target_os = "linux")]
fn the_symbol_that_a_plugin_lacks_is_named() {
    let sandbox = Sandbox::new();
    let plugin = format!("#include \"{}\"\n", c::source("numbers.c").display());
    let needs = "int absent_from_every_library(void);\nint needs(void);\n\
                 int needs(void) { return absent_from_every_library(); }\n";
    let source = sandbox.file("lacking.c", plugin + needs);
    let plugin = c::plugin(&sandbox, &source, &c::include(), &[]);
    sandbox.file("p.toml", "[[stage]]\nextractor = \"numbers\"");
    let ran = sandbox.gloss(&["check", "p.toml", "--plugin-path", plugin.to_str().unwrap()], b"");
    assert_eq!(ran.code, 1);
    for part in ["G0306", "absent_from_every_library", "liblacking.so"] {
        assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
    }
}

#[test]
fn a_plugin_in_c_annotates() {
    let sandbox = Sandbox::new();
    // Hidden symbols and a linker that collects garbage must not lose the manifest.
    let hardened: &[&str] = if cfg!(target_os = "linux") {
        &["-O2", "-fvisibility=hidden", "-ffunction-sections", "-Wl,--gc-sections", "-s"]
    } else {
        &["-O2", "-fvisibility=hidden"]
    };
    let plugin = c::plugin(&sandbox, &c::source("numbers.c"), &c::include(), hardened);
    check(&plugin, "", "", &[], "none");
    check(&plugin, "", "No ½ number in B2 or x_3.", &[], "none");
    check(
        &plugin,
        "",
        "Añb 😀 -3.5 of 1,250,000.75; 10-20, 1,2 and €7",
        &[
            ("-3.5", "decimal", -3.5),
            ("1,250,000.75", "decimal", 1_250_000.75),
            ("10", "integer", 10.0),
            ("20", "integer", 20.0),
            ("1", "integer", 1.0),
            ("2", "integer", 2.0),
            ("7", "integer", 7.0),
        ],
        "many",
    );
    check(
        &plugin,
        "decimal = \"comma\", min_digits = 3",
        "In 99 cases of 1.250,5 it was 0,1 or 1000",
        &[("1.250,5", "decimal", 1250.5), ("1000", "integer", 1000.0)],
        "many",
    );
    let huge = "9".repeat(400);
    check(
        &plugin,
        "",
        &format!("{huge} or 5"),
        &[(&huge, "integer", f64::NAN), ("5", "integer", 5.0)],
        "many",
    );
    let many = "1 ".repeat(100_000);
    check(&plugin, "", &many, &vec![("1", "integer", 1.0); 100_000], "many");
}

#[test]
fn options_that_a_plugin_in_c_refuses_have_their_place() {
    let sandbox = Sandbox::new();
    let plugin = c::plugin(&sandbox, &c::source("numbers.c"), &c::include(), &[]);
    let check = |options: &str, code: &str, place: &str, reason: &str| {
        sandbox.file(
            "p.toml",
            format!("[[stage]]\nextractor = \"numbers\"\noptions = {{ {options} }}"),
        );
        let plugin = plugin.to_str().unwrap();
        let ran = sandbox.gloss(&["check", "p.toml", "--plugin-path", plugin], b"");
        assert_eq!(ran.code, 1, "{options}");
        for part in [code, place, reason] {
            assert!(ran.stderr.contains(part), "{part} is not in:\n{}", ran.stderr);
        }
    };
    check("decimal = \"semicolon\"", "G0110", "p.toml:3:23", "\"point\" or \"comma\"");
    check("min_digits = 0", "G0110", "p.toml:3:26", "an integer from 1 to 18");
    check("min_digits = 19", "G0110", "p.toml:3:26", "an integer from 1 to 18");
    check("min_digits = \"1\"", "G0103", "p.toml:3:26", "integer");
    check("decimals = \"comma\"", "G0109", "p.toml:3:13", "did you mean \"decimal\"?");
}

/// The plugin and the little host, built so that an access out of bounds stops them where the
/// machine can do that.
struct Host {
    sandbox: Sandbox,
    plugin: PathBuf,
    program: PathBuf,
}

impl Host {
    fn new() -> Host {
        let sandbox = Sandbox::new();
        let flags = c::sanitizers(&sandbox);
        let plugin = c::plugin(&sandbox, &c::source("numbers.c"), &c::include(), flags);
        let program = c::program(&sandbox, &c::source("host.c"), flags);
        Host { sandbox, plugin, program }
    }

    /// What it prints.
    fn run(&self, arguments: &[&str], lines: &[&str]) -> String {
        let mut child = Command::new(&self.program)
            .arg(&self.plugin)
            .args(arguments)
            .current_dir(self.sandbox.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn requests_in_json() {
    let ok = "status 0";
    let broken = "kind 0 place : the request is not JSON; status 1";
    let digits = "kind 1 place min_digits: it must be an integer from 1 to 18; status 1";
    let cases = [
        (r#"{"options":{}}"#, ok),
        (r#" { "options" : { } , "models" : { } } "#, ok),
        (
            r#"{"models":{"a":{"b":[1,-2.5e+3,true,false,null,"x\"\\\/\b\f\n\r\t"]}},"options":{}}"#,
            ok,
        ),
        (r#"{"options":null}"#, ok),
        (r#"{"options":{"decimal":"c\u006Fmma","min_digits":18}}"#, ok),
        (r#"{"options":{"d\u0065cimal":"point"}}"#, ok),
        (r#"{"options":{"decimal":1}}"#, "kind 1 place decimal: it must be a string; status 1"),
        (
            r#"{"options":{"decimal":"comma\u0000"}}"#,
            "kind 1 place decimal: it must be \"point\" or \"comma\"; status 1",
        ),
        (
            r#"{"options":{"é\ud83d\ude00":1}}"#,
            "kind 1 place é😀: there is no such option; status 1",
        ),
        (r#"{"options":{"min_digits":0}}"#, digits),
        (r#"{"options":{"min_digits":19}}"#, digits),
        (r#"{"options":{"min_digits":-9223372036854775808}}"#, digits),
        (r#"{"options":{"min_digits":9223372036854775808}}"#, digits),
        (r#"{"options":{"min_digits":18446744073709551617}}"#, digits),
        (r#"{"options":{"min_digits":1.0}}"#, digits),
        (r#"{"options":{"min_digits":1e1}}"#, digits),
        (r#"{"options":{"min_digits":01}}"#, digits),
        ("{", broken),
        ("[]", broken),
        ("null", broken),
        (r#"{"options":{},}"#, broken),
        (r#"{"options":{}} x"#, broken),
        (r#"{"options":{}"#, broken),
        (r#"{"options":{"decimal":"point",}}"#, broken),
        (r#"{"a" 1,"options":{}}"#, broken),
        (r#"{"a":[1,],"options":{}}"#, broken),
        (r#"{"a":[1 2],"options":{}}"#, broken),
        (r#"{"a":"\x","options":{}}"#, broken),
        (r#"{"a":"\ud83d","options":{}}"#, broken),
        (r#"{"a":"\ude00\ud83d","options":{}}"#, broken),
        (r#"{"a":"\u12g4","options":{}}"#, broken),
        (r#"{"a":"open"#, broken),
        (r#"{"a":"\u00"#, broken),
        (r#"{"a":-,"options":{}}"#, broken),
        (r#"{"a":1.,"options":{}}"#, broken),
        (r#"{"a":tru"#, broken),
        ("{\"a\":\"\t\",\"options\":{}}", broken),
    ];
    let deep = |n: usize| format!(r#"{{"a":{}{},"options":{{}}}}"#, "[".repeat(n), "]".repeat(n));
    let (deep_enough, too_deep) = (deep(64), deep(65));
    let mut cases = cases.to_vec();
    cases.extend([(deep_enough.as_str(), ok), (too_deep.as_str(), broken)]);
    let requests: Vec<&str> = cases.iter().map(|c| c.0).collect();
    let answers = Host::new().run(&["plan"], &requests);
    for ((request, expected), answer) in cases.iter().zip(answers.lines()) {
        assert_eq!(answer, *expected, "{request}");
    }
    assert_eq!(answers.lines().count(), cases.len());
}

const SPAN: &str = "document 0 layer 0 span 2..3 label 0\n\
document 0 layer 0 id 0 attribute 0 = 1\n\
document 0 layer 1 class 2 score 0.200\n\
document 0 finished\n";

#[test]
fn elements_of_newer_hosts_are_larger() {
    let rest = "document 1 layer 1 class 0 score 0.000\ndocument 1 finished\nstatus 0\n";
    let host = Host::new();
    for growth in ["0", "8", "24", "512"] {
        assert_eq!(host.run(&["extract", growth, "99"], &["a 1 b", "no"]), format!("{SPAN}{rest}"));
    }
}

#[test]
fn a_plugin_in_c_stops_when_it_is_cancelled() {
    let (host, lines) = (Host::new(), ["a 1 b", "2", "3"]);
    assert_eq!(host.run(&["extract", "0", "0"], &lines), "status 3\n");
    assert_eq!(host.run(&["extract", "0", "1"], &lines), format!("{SPAN}status 3\n"));
}

#[test]
fn a_refused_document_does_not_stop_the_others() {
    let refused = "document 0 layer 0 span 0..1 label 0\n";
    let rest = "document 1 layer 1 class 0 score 0.000\ndocument 1 finished\nstatus 0\n";
    assert_eq!(Host::new().run(&["extract", "0", "99"], &["5!", "no"]), format!("{refused}{rest}"));
}
