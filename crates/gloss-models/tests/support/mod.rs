//! A loopback HTTP server that can misbehave, hand-made zip archives, and catalogues for them.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use gloss_models::{Error, Progress, Store, StoreOptions};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// How the server treats one request.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    Good,
    /// Sends so many bytes of the body, then closes; a request with a range is served well.
    BreakFirst(usize),
    /// The same, and the resource changes in between: the range is ignored.
    BreakThenChange(usize),
    /// Closes early every time, whatever is asked.
    AlwaysShort,
    Missing,
    Redirect,
    /// Both: redirects, and the place that it sends to breaks off as in `BreakFirst`.
    RedirectThenBreak(usize),
    /// Sends the head and then nothing.
    Stall,
    /// No Content-Length.
    Unannounced,
}

/// What was asked: the path and the first byte of the range.
pub type Log = Arc<Mutex<Vec<(String, Option<usize>)>>>;

pub struct Server {
    pub url: String,
    pub log: Log,
}

/// Serves `files` by path (without the first `/`) until the test ends.
pub fn serve(manner: Manner, files: Vec<(String, Vec<u8>)>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let log = Log::default();
    let seen = log.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (files, seen) = (files.clone(), seen.clone());
            thread::spawn(move || {
                let _ = answer(stream.unwrap(), manner, &files, &seen);
            });
        }
    });
    Server { url, log }
}

fn answer(
    mut stream: TcpStream,
    manner: Manner,
    files: &[(String, Vec<u8>)],
    log: &Log,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap()?;
    let path = first.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
    let (mut range, mut if_range) = (None, None);
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { break };
        match name.to_lowercase().as_str() {
            "range" => {
                range = value.trim_start_matches("bytes=").trim_end_matches('-').parse().ok()
            }
            "if-range" => if_range = Some(value.to_owned()),
            _ => {}
        }
    }
    log.lock().unwrap().push((path.clone(), range));
    let moved = path.strip_prefix("moved/").unwrap_or(&path);
    if matches!(manner, Manner::Redirect | Manner::RedirectThenBreak(_)) && moved == path {
        return write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: /moved/{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    let body = files.iter().find(|(name, _)| name == moved).map(|(_, body)| body);
    let Some(body) = body.filter(|_| manner != Manner::Missing) else {
        let head = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return stream.write_all(head.as_bytes());
    };
    let tag = "\"one\"";
    let honoured = range.filter(|_| {
        if_range.as_deref() == Some(tag) && !matches!(manner, Manner::BreakThenChange(_))
    });
    let start = honoured.unwrap_or(0);
    let status = match honoured {
        Some(_) => format!(
            "206 Partial Content\r\nContent-Range: bytes {start}-{}/{}",
            body.len() - 1,
            body.len()
        ),
        None => "200 OK".to_owned(),
    };
    let length = match manner {
        Manner::Unannounced => String::new(),
        _ => format!("Content-Length: {}\r\n", body.len() - start),
    };
    write!(stream, "HTTP/1.1 {status}\r\nETag: {tag}\r\n{length}Connection: close\r\n\r\n")?;
    let end = match manner {
        Manner::BreakFirst(n) | Manner::BreakThenChange(n) | Manner::RedirectThenBreak(n)
            if range.is_none() =>
        {
            n
        }
        Manner::AlwaysShort => (start + 1).min(body.len() - 1).max(start),
        Manner::Stall => start,
        _ => body.len(),
    };
    stream.write_all(&body[start..end])?;
    stream.flush()?;
    if manner == Manner::Stall {
        thread::sleep(Duration::from_secs(5));
    }
    Ok(())
}

/// One entry of a hand-made archive, stored without compression.
pub struct Raw {
    pub name: &'static str,
    pub data: Vec<u8>,
    /// Uncompressed size that the headers claim.
    pub claims: u32,
    /// Unix mode; 0o120777 is a symbolic link.
    pub mode: u32,
}

pub fn raw(name: &'static str, data: &[u8]) -> Raw {
    Raw { name, data: data.to_vec(), claims: data.len() as u32, mode: 0o100_644 }
}

/// A zip archive, byte by byte, so that it can say what an honest writer refuses to.
pub fn zip_of(entries: &[Raw]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = out.len() as u32;
        let mut shared = Vec::new();
        for field in [20_u16, 0, 0, 0, 0x21] {
            shared.extend(field.to_le_bytes());
        }
        for field in [crc32(&entry.data), entry.data.len() as u32, entry.claims] {
            shared.extend(field.to_le_bytes());
        }
        shared.extend((entry.name.len() as u16).to_le_bytes());
        shared.extend(0_u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(entry.name.as_bytes());
        out.extend(&entry.data);
        central.extend(b"PK\x01\x02");
        central.extend((3_u16 << 8 | 20).to_le_bytes());
        central.extend(&shared);
        central.extend([0; 6]);
        central.extend((entry.mode << 16).to_le_bytes());
        central.extend(offset.to_le_bytes());
        central.extend(entry.name.as_bytes());
    }
    let (start, count) = (out.len() as u32, entries.len() as u16);
    out.extend(&central);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((central.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

pub const FILES: [(&str, &[u8]); 2] = [("config.cfg", b"[nlp]\n"), ("ner/model", &[7; 5000])];

/// The archive that the test model comes in.
pub fn good_zip() -> Vec<u8> {
    zip_of(&[
        raw("pkg/m-1.0/config.cfg", FILES[0].1),
        raw("pkg/m-1.0/ner/model", FILES[1].1),
        raw("pkg/__init__.py", b"print('never unpacked')"),
    ])
}

pub fn sha256(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A catalogue with the model `toy` 1.0; `sources` are TOML inline tables.
pub fn catalogue(sources: &[String], files: &[(&str, &[u8])]) -> String {
    let file = |(path, data): &(&str, &[u8])| {
        format!("{{ path = {path:?}, size = {}, sha256 = \"{}\" }}", data.len(), sha256(data))
    };
    let files: Vec<_> = files.iter().map(file).collect();
    format!(
        "[[model]]\nname = \"toy\"\nversion = \"1.0\"\nkind = \"toy\"\nlanguage = \"en\"\n\
         licence = \"MIT\"\npublisher = \"p\"\nhomepage = \"h\"\ndescription = \"d\"\n\
         download_bytes = 6000\nsource = [{}]\nfile = [{}]\n",
        sources.join(", "),
        files.join(", ")
    )
}

pub fn https(url: &str) -> String {
    format!("{{ kind = \"https\", url = \"{url}\", folder = \"pkg/m-1.0\" }}")
}

/// A store in a folder of its own.
pub struct Bench {
    pub dir: TempDir,
    pub options: StoreOptions,
}

impl Bench {
    pub fn new(catalogue: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("catalogue.toml");
        fs::write(&path, catalogue).unwrap();
        let options = StoreOptions {
            root: Some(dir.path().join("store")),
            catalogue: Some(path),
            stall_timeout: Duration::from_millis(400),
            ..StoreOptions::default()
        };
        Self { dir, options }
    }

    pub fn store(&self) -> Store {
        Store::open(self.options.clone()).unwrap()
    }

    pub fn model(&self) -> PathBuf {
        self.dir.path().join("store/toy/1.0")
    }

    /// Nothing of a failed fetch may be visible, not even a temporary folder.
    pub fn assert_nothing_visible(&self) {
        let home = self.dir.path().join("store/toy");
        let names: Vec<_> = fs::read_dir(home)
            .into_iter()
            .flatten()
            .map(|item| item.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(names.iter().all(|name| name == ".1.0.lock"), "left behind: {names:?}");
    }

    /// The codes of each source's failure; the fetch must fail.
    pub fn failures(&self) -> Vec<(&'static str, String)> {
        match self.store().fetch("toy", &mut ()) {
            Err(Error::AllSourcesFailed { failures, .. }) => {
                failures.iter().map(|f| (f.error.code(), f.error.to_string())).collect()
            }
            other => panic!("expected every source to fail, got {other:?}"),
        }
    }
}

pub fn assert_has_files(folder: &Path) {
    for (path, data) in FILES {
        assert_eq!(fs::read(folder.join(path)).unwrap(), data, "{path}");
    }
}

/// Notes what it is told; cancels once so many bytes are here.
#[derive(Default)]
pub struct Notes {
    pub failed: Vec<String>,
    pub bytes: u64,
    pub cancel_at: Option<u64>,
}

impl Progress for Notes {
    fn advanced(&mut self, bytes: u64) {
        self.bytes += bytes;
    }
    fn source_failed(&mut self, source: &str, reason: &str) {
        self.failed.push(format!("{source}: {reason}"));
    }
    fn cancelled(&self) -> bool {
        self.cancel_at.is_some_and(|limit| self.bytes >= limit)
    }
}
