//! Downloads over https: resumable, bounded, and quick to give up.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::tls::{RootCerts, TlsConfig};

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::source::{is_loopback, is_secure};

/// A broken connection is taken up again so often before the source is given up.
const ATTEMPTS: u32 = 4;

/// What one download is allowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Most bytes that the body may have.
    pub bytes: u64,
    pub connect: Duration,
    pub stall: Duration,
}

/// Downloads `url` to `part`. What an earlier, broken attempt left there is continued if the server
/// says that the resource is unchanged (`If-Range`, RFC 9110 section 13.1.5), else replaced.
pub(crate) fn download(
    url: &str,
    part: &Path,
    limits: Limits,
    progress: &mut dyn Progress,
) -> Result<()> {
    if !is_secure(url) {
        return Err(Error::Download { url: url.into(), reason: "it is not https".to_owned() });
    }
    let agent = agent(url, limits);
    let mut reported = 0;
    let mut attempt = 1;
    loop {
        match once(&agent, url, part, limits, &mut reported, progress) {
            Ok(()) => {
                let _ = fs::remove_file(validator_path(part));
                return Ok(());
            }
            Err(Broken { error, retry }) if !retry || attempt == ATTEMPTS => return Err(error),
            Err(_) => attempt += 1,
        }
    }
}

struct Broken {
    error: Error,
    /// The connection broke within the body: more may be had by asking again.
    retry: bool,
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self { error, retry: false }
    }
}

fn agent(url: &str, limits: Limits) -> Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // The platform's certificates: a company's own authority is known there, and not to us.
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let mut config = Agent::config_builder()
        .tls_config(tls)
        .https_only(!is_loopback(url))
        .http_status_as_error(false)
        .max_redirects(5)
        .user_agent(concat!("gloss-models/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .timeout_recv_response(Some(limits.stall))
        .timeout_per_read(Some(limits.stall));
    if is_loopback(url) {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

fn once(
    agent: &Agent,
    url: &str,
    part: &Path,
    limits: Limits,
    reported: &mut u64,
    progress: &mut dyn Progress,
) -> Result<(), Broken> {
    let (have, validator) = left_over(part);
    let mut request = agent.get(url);
    if have > 0 {
        request = request
            .header(header::RANGE, format!("bytes={have}-"))
            .header(header::IF_RANGE, validator);
    }
    let response = request.call().map_err(|error| transport(url, limits, error))?;
    let start = match response.status() {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if range_start(response.headers()) == Some(have) => have,
        // The part is longer than the resource, or the server miscounts: begin again.
        StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if have > 0 => {
            forget(part);
            let reason = "the server cannot continue the download".to_owned();
            return Err(Broken { error: Error::Download { url: url.into(), reason }, retry: true });
        }
        status => {
            let reason = format!("the server answered {status}");
            return Err(Error::Download { url: url.into(), reason }.into());
        }
    };
    receive(response, start, url, part, limits, reported, progress)
}

fn receive(
    response: Response<ureq::Body>,
    start: u64,
    url: &str,
    part: &Path,
    limits: Limits,
    reported: &mut u64,
    progress: &mut dyn Progress,
) -> Result<(), Broken> {
    let too_large = || Error::TooLarge { url: url.to_owned(), limit: limits.bytes };
    let announced = response.body().content_length().map(|length| length.saturating_add(start));
    if announced.is_some_and(|length| length > limits.bytes) {
        return Err(too_large().into());
    }
    let mut out = open_part(part, start, response.headers())?;
    let mut have = start;
    let mut tell = |have: u64, progress: &mut dyn Progress| {
        // After a restart bytes come a second time; they are not progress.
        if have > *reported {
            progress.advanced(have - *reported);
            *reported = have;
        }
    };
    tell(have, progress);
    let mut body = response.into_body().into_reader();
    let mut buffer = vec![0; 1 << 16];
    loop {
        if progress.cancelled() {
            return Err(Error::Cancelled.into());
        }
        let read = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let error = transport(url, limits, ureq::Error::from(error));
                let retry = !matches!(error, Error::Stalled { .. });
                return Err(Broken { error, retry });
            }
        };
        have += read as u64;
        if have > limits.bytes {
            drop(out);
            forget(part);
            return Err(too_large().into());
        }
        out.write_all(&buffer[..read]).map_err(Error::io("write", part))?;
        tell(have, progress);
    }
    match announced {
        Some(length) if length != have => {
            let reason = format!("the connection ended after {have} of {length} bytes");
            Err(Broken { error: Error::Download { url: url.into(), reason }, retry: true })
        }
        _ => Ok(()),
    }
}

fn transport(url: &str, limits: Limits, error: ureq::Error) -> Error {
    use ureq::Timeout::{Connect, PerRead, RecvBody, RecvResponse, Resolve};
    let url = url.to_owned();
    match error {
        ureq::Error::Timeout(PerRead | RecvBody | RecvResponse) => {
            Error::Stalled { url, seconds: limits.stall.as_secs() }
        }
        ureq::Error::Timeout(Connect | Resolve) => {
            let reason = format!("no connection within {} s", limits.connect.as_secs());
            Error::Download { url, reason }
        }
        other => Error::Download { url, reason: other.to_string() },
    }
}

fn validator_path(part: &Path) -> PathBuf {
    part.with_extension("validator")
}

/// Bytes that can be built upon, and the validator that vouches for them.
fn left_over(part: &Path) -> (u64, String) {
    let validator = fs::read_to_string(validator_path(part)).unwrap_or_default();
    let have = fs::metadata(part).map_or(0, |meta| meta.len());
    if validator.is_empty() { (0, validator) } else { (have, validator) }
}

/// Removes what is left of a download.
pub(crate) fn forget(part: &Path) {
    let _ = fs::remove_file(part);
    let _ = fs::remove_file(validator_path(part));
}

fn open_part(part: &Path, start: u64, headers: &HeaderMap) -> Result<File> {
    if start > 0 {
        return OpenOptions::new().append(true).open(part).map_err(Error::io("open", part));
    }
    forget(part);
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // A weak entity tag may name two different byte sequences, and If-Range forbids it.
    let etag = text(header::ETAG).filter(|tag| !tag.starts_with("W/"));
    if let Some(validator) = etag.or(text(header::LAST_MODIFIED)) {
        let path = validator_path(part);
        fs::write(&path, validator).map_err(Error::io("write", &path))?;
    }
    File::create(part).map_err(Error::io("create", part))
}

fn range_start(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
    value.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}
