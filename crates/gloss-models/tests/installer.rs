//! The wheel source, with scripts in place of pip and uv.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use support::{Bench, FILES, Notes, assert_has_files, catalogue, good_zip};

const SOURCE: &str = "{ kind = \"wheel\", package = \"toy-pkg\", version = \"1.0\", \
                      folder = \"pkg/m-1.0\", reupload = true }";

/// A store whose installer is the shell script `body`, run as `name`; `$DIR` is where to put things.
fn bench(name: &str, body: &str) -> Bench {
    let mut bench = Bench::new(&catalogue(&[SOURCE.to_owned()], &FILES));
    let dir = bench.dir.path().to_path_buf();
    fs::write(dir.join("good.whl"), good_zip()).unwrap();
    let script = dir.join(name);
    let text = format!(
        "#!/bin/sh\necho \"$@\" > '{0}/args'\nfor DIR; do :; done\nHERE='{0}'\n{body}\n",
        dir.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    bench.options.pip = Some(vec![script.display().to_string()]);
    bench
}

#[test]
fn pip_downloads_a_wheel() {
    let bench = bench("pip", "cp $HERE/good.whl $DIR/toy_pkg-1.0-py3-none-any.whl");
    let mut notes = Notes::default();
    assert_has_files(&bench.store().fetch("toy", &mut notes).unwrap().path);
    let args = fs::read_to_string(bench.dir.path().join("args")).unwrap();
    let expected = "download --no-deps --only-binary=:all: --no-input toy-pkg==1.0 -d ";
    assert!(args.starts_with(expected), "{args}");
    assert_eq!(notes.bytes, good_zip().len() as u64);
    let receipt = fs::read_to_string(bench.model().join("gloss-receipt.json")).unwrap();
    assert!(receipt.contains("Python package toy-pkg 1.0 (a re-upload"), "{receipt}");
}

#[test]
fn uv_unpacks_into_a_target() {
    let script = "mkdir -p $DIR/pkg/m-1.0/ner && printf '[nlp]\\n' > $DIR/pkg/m-1.0/config.cfg\n\
                  head -c 5000 /dev/zero | tr '\\0' '\\007' > $DIR/pkg/m-1.0/ner/model";
    let bench = bench("uv", script);
    assert_has_files(&bench.store().fetch("toy", &mut ()).unwrap().path);
    let args = fs::read_to_string(bench.dir.path().join("args")).unwrap();
    assert!(args.starts_with("pip install --no-deps --only-binary :all: "), "{args}");
    assert!(args.contains("toy-pkg==1.0 --target "), "{args}");
}

#[test]
fn failures_are_told_in_the_installers_words() {
    #[track_caller]
    fn check(script: &str, code: &str, says: &[&str]) {
        let bench = bench("pip", script);
        let failures = bench.failures();
        assert_eq!(failures[0].0, code, "{}", failures[0].1);
        for part in says {
            assert!(failures[0].1.contains(part), "{}", failures[0].1);
        }
        assert!(failures[0].1.len() < 4000);
        bench.assert_nothing_visible();
    }
    check("echo 'ERROR: no route' >&2; exit 3", "G0416", &["ERROR: no route", "toy-pkg==1.0", "3"]);
    let long = "i=0; while [ $i -lt 500 ]; do echo \"line $i of many\"; i=$((i+1)); done; exit 1";
    check(long, "G0416", &["line 499 of many"]);
    check("echo 'No module named pip' >&2; exit 1", "G0415", &["no Python package installer"]);
    check("exit 0", "G0411", &["no wheel"]);
    check("cp $HERE/good.whl $DIR/a.whl; cp $HERE/good.whl $DIR/b.whl", "G0411", &["several"]);
    check("echo junk > $DIR/a.whl", "G0411", &["archive"]);
}

#[test]
fn an_absent_or_hanging_installer_does_not_hang_the_fetch() {
    let mut absent = bench("pip", "");
    absent.options.pip = Some(vec![absent.dir.path().join("nowhere").display().to_string()]);
    assert_eq!(absent.failures()[0].0, "G0415");

    let begun = Instant::now();
    let mut slow = bench("pip", "exec sleep 30");
    slow.options.installer_timeout = Duration::from_millis(300);
    let failures = slow.failures();
    assert!(failures[0].1.contains("stopped after"), "{}", failures[0].1);

    let mut notes = Notes { cancel_at: Some(0), ..Notes::default() };
    assert_eq!(slow.store().fetch("toy", &mut notes).unwrap_err().code(), "G0417");
    assert!(begun.elapsed() < Duration::from_secs(10));
}
