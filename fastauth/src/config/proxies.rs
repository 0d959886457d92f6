use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// The header in which each proxy notes whom it was asked by.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Whose word counts on where a request comes from. Without any it is the socket's peer alone: a
/// header is the client's own word (ASVS 4.1.3).
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies {
    nets: Vec<IpNet>,
    hops: usize,
    faults: Vec<String>,
}

impl TrustedProxies {
    /// One more network, or one address.
    pub(crate) fn trust(&mut self, net: &str) {
        match net.parse().or_else(|_| net.parse::<IpAddr>().map(IpNet::from)) {
            Ok(net) => self.nets.push(net),
            Err(_) => self.faults.push(format!(
                "`{}` is neither an address nor a network",
                net.escape_debug().take(64).collect::<String>()
            )),
        }
    }

    /// So many proxies stand in front, whatever their addresses.
    pub(crate) fn trust_hops(&mut self, hops: usize) {
        self.hops = hops;
    }

    /// What cannot be meant, as sentences.
    pub(crate) fn contradictions(&self) -> Vec<String> {
        let both = !self.nets.is_empty() && self.hops > 0;
        let both = both.then(|| "proxies are trusted by address and by number".to_owned());
        self.faults.iter().cloned().chain(both).collect()
    }

    /// Where a request comes from: read from the end, what a trusted proxy says of whom it was asked
    /// by, up to the first that is none.
    pub(crate) fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.map(|peer| peer.to_canonical());
        if self.hops > 0 {
            return forwarded(headers).nth(self.hops - 1).flatten().or(peer);
        }
        let mut client = peer?;
        for asked in forwarded(headers) {
            if !self.nets.iter().any(|net| net.contains(&client)) {
                break;
            }
            let Some(asked) = asked else { break };
            client = asked;
        }
        Some(client)
    }
}

/// The addresses that were noted, the latest first; `None` is no address.
fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all(FORWARDED_FOR).into_iter().rev();
    // By bytes: what one of them wrote must not hide what the next one noted.
    let notes = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    notes.map(|note| address(std::str::from_utf8(note.trim_ascii()).ok()?))
}

/// `192.0.2.1`, `192.0.2.1:1234`, `2001:db8::1`, `[2001:db8::1]:1234`.
fn address(note: &str) -> Option<IpAddr> {
    let bracketed = || note.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address = note.parse().ok().or_else(bracketed);
    let address = address.or_else(|| note.parse().ok().map(|it: SocketAddr| it.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn client(proxies: &TrustedProxies, peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        proxies.client(Some(peer.parse().unwrap()), &headers).unwrap().to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        let nobody = TrustedProxies::default();
        assert_eq!(client(&nobody, "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client(&nobody, "::ffff:192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(nobody.client(None, &HeaderMap::new()), None);
    }

    #[test]
    fn the_first_that_is_not_trusted_is_the_client() {
        let mut proxies = TrustedProxies::default();
        proxies.trust("10.0.0.0/8");
        proxies.trust("2001:db8::1");
        for (peer, lines, expected) in [
            ("10.0.0.1", &["198.51.100.7"] as &[_], "198.51.100.7"),
            ("10.0.0.1", &["1.1.1.1, 198.51.100.7, 10.9.9.9"], "198.51.100.7"),
            ("10.0.0.1", &["1.1.1.1", "198.51.100.7", "10.9.9.9"], "198.51.100.7"),
            ("10.0.0.1", &["198.51.100.7:4711"], "198.51.100.7"),
            ("2001:db8::1", &["[2001:db8::9]:80"], "2001:db8::9"),
            ("2001:db8::1", &["[2001:db8::9]"], "2001:db8::9"),
            ("::ffff:10.0.0.1", &["::ffff:198.51.100.7"], "198.51.100.7"),
            // No address: the proxy that noted it is all that is known.
            ("10.0.0.1", &["198.51.100.7, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.7, , 10.2.2.2"], "10.2.2.2"),
            ("10.0.0.1", &["198.51.100.7, localhost, 10.2.2.2"], "10.2.2.2"),
            ("10.0.0.1", &["ü, 198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["198.51.100.7, ü"], "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            // Everybody is trusted up to the first that wrote.
            ("10.0.0.1", &["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            // A stranger's word is nobody's.
            ("192.0.2.1", &["10.0.0.1"], "192.0.2.1"),
        ] {
            assert_eq!(client(&proxies, peer, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn proxies_may_be_counted() {
        let mut proxies = TrustedProxies::default();
        proxies.trust_hops(2);
        for (lines, expected) in [
            (&["1.1.1.1, 198.51.100.7, 10.0.0.2"] as &[_], "198.51.100.7"),
            (&["198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            // Fewer than there are: it did not come through them.
            (&["10.0.0.2"], "192.0.2.1"),
            (&[], "192.0.2.1"),
            (&["nonsense, 10.0.0.2"], "192.0.2.1"),
        ] {
            assert_eq!(client(&proxies, "192.0.2.1", lines), expected, "{lines:?}");
        }
        // Over a socket that has no address.
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static(FORWARDED_FOR),
            HeaderValue::from_static("198.51.100.7, 10.0.0.2"),
        )]);
        assert_eq!(proxies.client(None, &headers), "198.51.100.7".parse().ok());
    }

    #[test]
    fn what_is_no_network_is_told() {
        let mut proxies = TrustedProxies::default();
        for net in ["10.0.0.0/33", "ten", "", "10.0.0.1:80"] {
            proxies.trust(net);
        }
        proxies.trust("10.0.0.0/8");
        proxies.trust_hops(1);
        assert_eq!(proxies.contradictions().len(), 5);
    }
}
