//! Hosts, URLs and user agents.

use super::prose::Prose;
use super::suffix;
use crate::key::Prf;
use crate::words::Words;

/// Browsers that many people use.
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 \
     Edg/138.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 \
     Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 \
     Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
];
/// What RFC 2606 reserves.
const RESERVED: &[&str] = &["example.com", "example.org", "example.net"];
/// Longest ending that counts as a file's type.
const LONGEST_TYPE: usize = 5;

/// Hosts, and URLs around them.
pub(super) struct Web {
    pub(super) prf: Prf,
    pub(super) prose: Prf,
    pub(super) words: &'static Words,
    pub(super) keep_host: bool,
    pub(super) unique: bool,
}

impl Web {
    /// Appends a user agent.
    pub(super) fn agent(&self, core: &str, attempt: u32, out: &mut String) {
        out.push_str(self.prf.draw(core.as_bytes(), attempt).pick(AGENTS));
    }

    /// Appends a host's name below a reserved domain.
    pub(super) fn host(&self, core: &str, attempt: u32, out: &mut String) {
        let normal = core.to_lowercase();
        let hash = self.prf.hash(normal.as_bytes());
        let mut draw = crate::key::Draw::of(hash, attempt);
        let label = self.words.family(draw.index(self.words.last.len())).1;
        out.push_str(label);
        if self.unique {
            out.push('-');
            suffix::push_code(hash, out);
        }
        out.push('.');
        out.push_str(draw.pick(RESERVED));
    }

    /// Appends a URL; false when there is no host to be seen.
    pub(super) fn url(&self, core: &str, attempt: u32, out: &mut String) -> bool {
        let Some((scheme, rest)) = core.split_once("://") else {
            return self.bare(core, attempt, out);
        };
        if scheme.is_empty()
            || !scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        {
            return false;
        }
        out.push_str(scheme);
        out.push_str("://");
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if user.is_some() {
            out.push_str("user@");
        }
        let (name, port) = split_port(host);
        if self.keep_host {
            out.push_str(name);
        } else if !name.is_empty() {
            self.host(name, attempt, out);
        }
        out.push_str(port);
        self.tail(core, tail, attempt, out);
        true
    }

    /// `www.site.fr/path`, `/path?x=y`.
    fn bare(&self, core: &str, attempt: u32, out: &mut String) -> bool {
        if core.contains(char::is_whitespace) || !core.contains(['/', '.']) {
            return false;
        }
        let end = core.find(['/', '?', '#']).unwrap_or(core.len());
        let (host, tail) = core.split_at(end);
        if host.contains('.') && !self.keep_host {
            self.host(host, attempt, out);
        } else {
            out.push_str(host);
        }
        self.tail(core, tail, attempt, out);
        true
    }

    fn tail(&self, whole: &str, tail: &str, attempt: u32, out: &mut String) {
        let (tail, fragment) = tail.split_once('#').map_or((tail, None), |(tail, f)| (tail, Some(f)));
        let (path, query) = tail.split_once('?').map_or((tail, None), |(path, q)| (path, Some(q)));
        let mut first = true;
        for segment in path.split('/') {
            if !first {
                out.push('/');
            }
            first = false;
            self.segment(segment, attempt, out);
        }
        if let Some(query) = query {
            let mut mark = '?';
            for pair in query.split('&') {
                out.push(mark);
                mark = '&';
                match pair.split_once('=') {
                    Some((name, value)) => {
                        out.push_str(name);
                        out.push('=');
                        self.plain(value, attempt, out);
                    }
                    None => self.plain(pair, attempt, out),
                }
            }
        }
        if self.unique {
            out.push('#');
            suffix::push_code(self.prf.hash(whole.as_bytes()), out);
        } else if let Some(fragment) = fragment {
            out.push('#');
            self.plain(fragment, attempt, out);
        }
    }

    /// One step of a path; the file's type stays.
    fn segment(&self, segment: &str, attempt: u32, out: &mut String) {
        let dot = segment.rfind('.').filter(|&at| {
            let ending = &segment[at + 1..];
            at > 0
                && !ending.is_empty()
                && ending.len() <= LONGEST_TYPE
                && ending.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        let (name, ending) = segment.split_at(dot.unwrap_or(segment.len()));
        self.plain(name, attempt, out);
        out.push_str(ending);
    }

    /// Other words and digits, without anything a URL has to escape.
    fn plain(&self, text: &str, attempt: u32, out: &mut String) {
        if text.is_empty() {
            return;
        }
        let mut decoded = String::with_capacity(text.len());
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c == '%' {
                rest.next();
                rest.next();
                decoded.push('-');
            } else {
                decoded.push(c);
            }
        }
        let mut words = String::with_capacity(decoded.len());
        Prose {
            prf: self.prose,
            words: self.words,
        }
        .mask(&decoded, attempt, &mut words);
        out.extend(words.chars().map(|c| match crate::words::fold(c) {
            folded if c.is_alphabetic() && folded.is_ascii() => {
                if c.is_uppercase() {
                    folded.to_ascii_uppercase()
                } else {
                    folded
                }
            }
            _ if c.is_ascii_graphic() => c,
            _ => '-',
        }));
    }
}

fn split_port(host: &str) -> (&str, &str) {
    match host.rfind(':') {
        Some(at) if host[at + 1..].bytes().all(|byte| byte.is_ascii_digit()) && !host.ends_with(']') => {
            host.split_at(at)
        }
        _ => (host, ""),
    }
}

/// File names and paths: folders' number and the type stay.
pub(super) fn file(web: &Web, core: &str, attempt: u32, out: &mut String) {
    let last = core.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let mut start = 0;
    for (at, separator) in core.match_indices(['/', '\\']).chain(std::iter::once((core.len(), ""))) {
        let part = &core[start..at];
        if part.len() == 2 && part.ends_with(':') || part == "." || part == ".." || part == "~" {
            out.push_str(part);
        } else if start < last {
            web.plain(part, attempt, out);
        } else {
            let dot = part.rfind('.').filter(|&at| at > 0).unwrap_or(part.len());
            let (name, ending) = part.split_at(dot);
            web.plain(name, attempt, out);
            if web.unique {
                out.push('-');
                suffix::push_code(web.prf.hash(core.as_bytes()), out);
            }
            out.push_str(ending);
        }
        out.push_str(separator);
        start = at + separator.len();
    }
}
