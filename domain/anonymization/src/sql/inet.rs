//! `inet` and `cidr`: address, prefix length, and their text and binary forms.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address with the length of its network prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inet {
    /// The address.
    pub(crate) address: IpAddr,
    /// Bits of the network part, at most 32 or 128.
    pub(crate) prefix: u8,
}

const FAMILY_V4: u8 = 2;
const FAMILY_V6: u8 = 3;

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl Inet {
    /// Reads `192.168.0.1` or `2001:db8::/32`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let prefix = prefix.unwrap_or(width(address));
        (prefix <= width(address)).then_some(Self { address, prefix })
    }

    /// Appends the text form; a full prefix is only shown for `cidr`, as the server does.
    pub(crate) fn write(&self, cidr: bool, out: &mut String) {
        use std::fmt::Write;
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", self.address);
        if cidr || self.prefix != width(self.address) {
            let _ = write!(out, "/{}", self.prefix);
        }
    }

    /// Reads the binary form: family, bits, is_cidr, length, address.
    pub(crate) fn decode(raw: &[u8]) -> Option<Self> {
        let (header, bytes) = raw.split_at_checked(4)?;
        let address = match (header[0], header[3]) {
            (FAMILY_V4, 4) => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
            (FAMILY_V6, 16) => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
            _ => return None,
        };
        (header[1] <= width(address)).then_some(Self {
            address,
            prefix: header[1],
        })
    }

    /// Appends the binary form.
    pub(crate) fn encode(&self, cidr: bool, out: &mut Vec<u8>) {
        match self.address {
            IpAddr::V4(address) => {
                out.extend_from_slice(&[FAMILY_V4, self.prefix, u8::from(cidr), 4]);
                out.extend_from_slice(&address.octets());
            }
            IpAddr::V6(address) => {
                out.extend_from_slice(&[FAMILY_V6, self.prefix, u8::from(cidr), 16]);
                out.extend_from_slice(&address.octets());
            }
        }
    }

    /// The address as a number, and its width in bits.
    pub(crate) fn bits(&self) -> (u128, u32) {
        match self.address {
            IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        }
    }

    /// The same family and prefix with another address.
    pub(crate) fn with_bits(&self, bits: u128) -> Self {
        let address = match self.address {
            IpAddr::V4(old) => IpAddr::V4(u32::try_from(bits).map_or(old, Ipv4Addr::from_bits)),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(bits)),
        };
        Self { address, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_both_forms() {
        for text in ["10.0.0.1", "192.168.4.0/24", "2001:db8::1", "fe80::/10", "0.0.0.0"] {
            let inet = Inet::parse(text).unwrap();
            let mut raw = Vec::new();
            inet.encode(false, &mut raw);
            assert_eq!(Inet::decode(&raw), Some(inet));
            let mut back = String::new();
            inet.write(false, &mut back);
            assert_eq!(back, text);
        }
        assert_eq!(Inet::parse("10.0.0.1/33"), None);
        assert_eq!(Inet::decode(&[2, 32, 0, 4, 1, 2, 3]), None);
    }
}
