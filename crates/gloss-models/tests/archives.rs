//! Archives made to harm: each must be refused with nothing outside or inside the store changed.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::io::Write;

use support::{Bench, FILES, Manner, Raw, catalogue, good_zip, https, raw, serve, zip_of};

#[track_caller]
fn check(body: Vec<u8>, codes: &[&str], says: &str) {
    let server = serve(Manner::Good, vec![("m.whl".to_owned(), body)]);
    let bench = Bench::new(&catalogue(&[https(&format!("{}/m.whl", server.url))], &FILES));
    let failures = bench.failures();
    let (code, text) = &failures[0];
    assert!(codes.contains(code), "{code} {text}");
    assert!(text.contains(says), "{text}");
    bench.assert_nothing_visible();
    let outside: Vec<_> = fs::read_dir(bench.dir.path())
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "store" && name != "catalogue.toml")
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
}

fn with(extra: Raw) -> Vec<u8> {
    zip_of(&[
        raw("pkg/m-1.0/config.cfg", FILES[0].1),
        raw("pkg/m-1.0/ner/model", FILES[1].1),
        extra,
    ])
}

#[test]
fn names_that_escape_are_refused() {
    let unsafe_code = &["G0410"];
    for name in [
        "../evil",
        "pkg/../../evil",
        "/etc/evil",
        "C:/evil",
        "pkg\\..\\evil",
        "pkg/m-1.0/ner/model:stream",
        "pkg//evil",
    ] {
        check(with(raw(name, b"x")), unsafe_code, "leads out");
    }
    let link = Raw { mode: 0o120_777, ..raw("pkg/m-1.0/link", b"/etc/passwd") };
    check(with(link), unsafe_code, "symbolic link");
    check(with(raw("pkg/m-1.0/config.cfg", b"[bad]\n")), unsafe_code, "more than once");
    check(with(raw("pkg/M-1.0/Config.cfg", b"[bad]\n")), unsafe_code, "but for case");
}

#[test]
fn sizes_that_lie_are_refused() {
    let model = |data: &[u8], claims| {
        let model = Raw { claims, ..raw("pkg/m-1.0/ner/model", data) };
        zip_of(&[raw("pkg/m-1.0/config.cfg", FILES[0].1), model])
    };
    check(model(FILES[1].1, u32::MAX - 1), &["G0407"], "4294967294");
    check(model(&[7; 9000], 9000), &["G0407"], "9000");
    check(model(&[7; 9000], 5000), &["G0407", "G0411"], "");
    check(model(&[7; 10], 5000), &["G0407", "G0411"], "");
    check(zip_of(&[raw("pkg/m-1.0/config.cfg", FILES[0].1)]), &["G0408"], "ner/model");
}

#[test]
fn a_bomb_is_stopped_at_the_catalogues_size() {
    const CLAIMED: u32 = 300_000_000;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("pkg/m-1.0/config.cfg", options).unwrap();
    writer.write_all(FILES[0].1).unwrap();
    writer.start_file("pkg/m-1.0/ner/model", options).unwrap();
    for _ in 0..300 {
        writer.write_all(&vec![0; 1_000_000]).unwrap();
    }
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 1_000_000);
    check(bomb.clone(), &["G0407"], "300000000");
    // The same with headers that claim the right size.
    let mut lying = bomb;
    let mut patched = 0;
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == CLAIMED.to_le_bytes() {
            lying[at..at + 4].copy_from_slice(&5000_u32.to_le_bytes());
            patched += 1;
        }
    }
    assert_eq!(patched, 2, "local and central header");
    check(lying, &["G0407", "G0411"], "");
}

#[test]
fn a_cut_archive_is_an_error_at_every_length() {
    let whole = good_zip();
    for part in 1..12 {
        let cut = whole[..whole.len() * part / 12].to_vec();
        check(cut, &["G0411"], "archive");
    }
}
