//! Downloads from a server that breaks off, lies, stalls, moves and changes its mind.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use gloss_models::Error;
use support::{
    Bench, FILES, Manner, Notes, assert_has_files, catalogue, good_zip, https, raw, serve, zip_of,
};

fn bench(manner: Manner, body: Vec<u8>) -> (Bench, support::Server) {
    let server = serve(manner, vec![("m.whl".to_owned(), body)]);
    (Bench::new(&catalogue(&[https(&format!("{}/m.whl", server.url))], &FILES)), server)
}

#[test]
fn a_model_arrives_however_the_server_behaves() {
    #[track_caller]
    fn check(manner: Manner, ranges: &[Option<usize>]) {
        let (bench, server) = bench(manner, good_zip());
        let mut notes = Notes::default();
        let model = bench.store().fetch("toy", &mut notes).unwrap();
        assert_has_files(&model.path);
        assert_eq!(model.path, bench.model());
        assert!(!model.path.join("__init__.py").exists());
        assert_eq!(notes.bytes, good_zip().len() as u64, "bytes are counted once");
        let asked: Vec<_> = server.log.lock().unwrap().iter().map(|(_, range)| *range).collect();
        assert_eq!(asked, ranges);
        assert_eq!(bench.store().verify("toy").unwrap(), model);
        assert_eq!(bench.store().resolve("toy@1.0").unwrap(), model);
    }
    check(Manner::Good, &[None]);
    check(Manner::Unannounced, &[None]);
    check(Manner::Redirect, &[None, None]);
    check(Manner::BreakFirst(1000), &[None, Some(1000)]);
    check(Manner::BreakThenChange(1000), &[None, Some(1000)]);
}

#[test]
fn a_bad_source_is_refused_and_leaves_nothing() {
    #[track_caller]
    fn check(manner: Manner, body: Vec<u8>, code: &str, says: &str) {
        let (bench, _server) = bench(manner, body);
        let begun = Instant::now();
        let failures = bench.failures();
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].0, code, "{}", failures[0].1);
        assert!(failures[0].1.contains(says), "{}", failures[0].1);
        assert!(begun.elapsed() < Duration::from_secs(4));
        bench.assert_nothing_visible();
        assert_eq!(bench.store().resolve("toy").unwrap_err().code(), "G0403");
    }
    let changed =
        zip_of(&[raw("pkg/m-1.0/config.cfg", b"[NLP]\n"), raw("pkg/m-1.0/ner/model", FILES[1].1)]);
    let expected = support::sha256(FILES[0].1);
    check(Manner::Good, changed.clone(), "G0406", "config.cfg");
    check(Manner::Good, changed.clone(), "G0406", &expected);
    check(Manner::Good, changed, "G0406", &support::sha256(b"[NLP]\n"));
    check(Manner::AlwaysShort, good_zip(), "G0412", "127.0.0.1");
    check(Manner::Missing, good_zip(), "G0412", "404");
    check(Manner::Stall, good_zip(), "G0414", "sent nothing");
    let huge = vec![0; 3 << 20];
    check(Manner::Good, huge.clone(), "G0413", "bytes allowed");
    check(Manner::Unannounced, huge, "G0413", "bytes allowed");
    let mut cut = good_zip();
    cut.truncate(cut.len() / 2);
    check(Manner::Good, cut, "G0411", "archive");
}

#[test]
fn the_next_source_is_tried_and_the_failure_told() {
    let dead = serve(Manner::Missing, Vec::new());
    let good = serve(Manner::Good, vec![("m.whl".to_owned(), good_zip())]);
    let sources = [
        // Port 1 of this machine refuses at once.
        https("http://127.0.0.1:1/m.whl"),
        https(&format!("{}/m.whl", dead.url)),
        https(&format!("{}/m.whl", good.url)),
    ];
    let bench = Bench::new(&catalogue(&sources, &FILES));
    let mut notes = Notes::default();
    bench.store().fetch("toy", &mut notes).unwrap();
    assert_eq!(notes.failed.len(), 2, "{:?}", notes.failed);
    assert!(notes.failed[0].contains("127.0.0.1:1/") && notes.failed[1].contains("404"));
    assert_has_files(&bench.model());
}

#[test]
fn a_server_that_never_greets_is_left_after_the_connect_timeout() {
    // The system accepts the connection by itself; nobody answers the TLS greeting.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/m.whl", silent.local_addr().unwrap());
    let mut bench = Bench::new(&catalogue(&[https(&url)], &FILES));
    bench.options.connect_timeout = Duration::from_millis(300);
    bench.options.stall_timeout = Duration::from_secs(60);
    let begun = Instant::now();
    let failures = bench.failures();
    assert_eq!(failures[0].0, "G0412", "{}", failures[0].1);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_cancelled_download_is_continued_next_time() {
    let files = [("big", &[3_u8; 400_000][..])];
    let body = zip_of(&[raw("pkg/m-1.0/big", files[0].1)]);
    let server = serve(Manner::Good, vec![("m.whl".to_owned(), body.clone())]);
    let toml = catalogue(&[https(&format!("{}/m.whl", server.url))], &files);
    let bench = Bench::new(&toml);
    let mut notes = Notes { cancel_at: Some(1), ..Notes::default() };
    let error = bench.store().fetch("toy", &mut notes).unwrap_err();
    assert!(matches!(error, Error::Cancelled), "{error}");
    bench.assert_nothing_visible();
    let had = notes.bytes as usize;
    assert!(had > 0 && had < body.len(), "{had}");
    let mut notes = Notes::default();
    bench.store().fetch("toy", &mut notes).unwrap();
    assert_eq!(server.log.lock().unwrap().last().unwrap().1, Some(had));
    assert_eq!(notes.bytes, body.len() as u64);
}

#[test]
fn plain_files_and_hub_files_arrive() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let plain = |prefix: &str| -> Vec<_> {
        FILES.iter().map(|(path, data)| (format!("{prefix}{path}"), data.to_vec())).collect()
    };
    let server = serve(Manner::Good, plain("files/"));
    let source = format!("{{ kind = \"https\", url = \"{}/files/\" }}", server.url);
    let bench = Bench::new(&catalogue(&[source], &FILES));
    assert_has_files(&bench.store().fetch("toy", &mut ()).unwrap().path);

    let hub = serve(Manner::Good, plain(&format!("a/b/resolve/{commit}/sub/")));
    let source = format!(
        "{{ kind = \"huggingface\", repo = \"a/b\", revision = \"{commit}\", folder = \"sub\" }}"
    );
    let mut bench = Bench::new(&catalogue(&[source], &FILES));
    bench.options.hub_endpoint = Some(format!("{}/", hub.url));
    assert_has_files(&bench.store().fetch("toy", &mut ()).unwrap().path);
}

#[test]
fn two_fetches_at_once_download_once() {
    let (bench, server) = bench(Manner::Good, good_zip());
    let (first, second) = (bench.store(), bench.store());
    std::thread::scope(|scope| {
        let one = scope.spawn(|| first.fetch("toy", &mut ()).unwrap());
        let two = scope.spawn(|| second.fetch("toy", &mut ()).unwrap());
        assert_eq!(one.join().unwrap(), two.join().unwrap());
    });
    assert_eq!(server.log.lock().unwrap().len(), 1);
    assert_has_files(&bench.model());
}
