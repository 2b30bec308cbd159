//! IP addresses and networks: the length of the prefix stays, and so does the kind of network: private stays private,
//! public stays public.

use super::Fault;
use crate::key::Prf;
use crate::pattern::permute_bits;
use crate::sql::inet::Inet;

/// Special IPv4 networks (RFC 6890): address and prefix length.
const SPECIAL_V4: &[(u32, u32)] = &[
    (0x0000_0000, 8),
    (0x0A00_0000, 8),
    (0x6440_0000, 10),
    (0x7F00_0000, 8),
    (0xA9FE_0000, 16),
    (0xAC10_0000, 12),
    (0xC000_0200, 24),
    (0xC0A8_0000, 16),
    (0xC633_6400, 24),
    (0xCB00_7100, 24),
    (0xE000_0000, 4),
    (0xF000_0000, 4),
];

/// Special IPv6 networks, the more specific ones first.
const SPECIAL_V6: &[(u128, u32)] = &[
    (0, 128),
    (1, 128),
    (0xFFFF << 32, 96),
    (0x0064_FF9B << 96, 96),
    (0x2001_0DB8 << 96, 32),
    (0xFC00 << 112, 7),
    (0xFE80 << 112, 10),
    (0xFF00 << 112, 8),
];

/// The network a number belongs to: an index and the bits that stay. Public IPv6 keeps its three leading bits.
fn class(bits: u128, width: u32) -> (usize, u32) {
    let inside = |network: u128, prefix: u32| (bits ^ network).checked_shr(width - prefix).unwrap_or(0) == 0;
    if width == 32 {
        SPECIAL_V4
            .iter()
            .position(|&(network, prefix)| inside(u128::from(network), prefix))
            .map_or((usize::MAX, 0), |index| (index, SPECIAL_V4[index].1))
    } else {
        SPECIAL_V6
            .iter()
            .position(|&(network, prefix)| prefix == 128 && bits == network || prefix < 128 && inside(network, prefix))
            .map_or((usize::MAX, 3), |index| (index, SPECIAL_V6[index].1))
    }
}

/// Replaces an address, bijectively within its kind of network. A `cidr` keeps its host bits zero; a network that is a
/// whole special network, such as `10.0.0.0/8`, stays.
pub(crate) fn mask(prf: &Prf, inet: &Inet, cidr: bool) -> Inet {
    let (bits, width) = inet.bits();
    let host = if cidr { width - u32::from(inet.prefix) } else { 0 };
    let (kind, fixed) = class(bits, width);
    let free = (width - host).saturating_sub(fixed);
    if free == 0 {
        return *inet;
    }
    let free_mask = if free == 128 { u128::MAX } else { (1 << free) - 1 };
    let kept = bits & !(free_mask << host);
    let mut value = (bits >> host) & free_mask;
    let tweak = width.to_le_bytes()[0] ^ inet.prefix;
    loop {
        value = permute_bits(prf, tweak, value, free);
        let candidate = kept | (value << host);
        if class(candidate, width).0 == kind {
            return inet.with_bits(candidate);
        }
    }
}

/// Appends the replacement of an address in text; false when it is none.
pub(super) fn mask_text(prf: &Prf, core: &str, out: &mut String) -> bool {
    let Some(inet) = Inet::parse(core) else { return false };
    mask(prf, &inet, false).write(core.contains('/'), out);
    true
}

/// Decodes, replaces and encodes a binary `inet` or `cidr`.
pub(crate) fn mask_binary(prf: &Prf, raw: &[u8], cidr: bool, out: &mut Vec<u8>) -> Result<(), Fault> {
    let inet = Inet::decode(raw).ok_or("not a binary inet")?;
    mask(prf, &inet, cidr).encode(cidr, out);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::MaskingKey;

    #[test]
    fn addresses_stay_in_their_kind_of_network() {
        let prf = MaskingKey::new([1; 32]).derive("ip");
        for text in [
            "10.1.2.3",
            "192.168.1.20/24",
            "172.16.0.1",
            "8.8.8.8",
            "127.0.0.1",
            "fe80::1",
            "fd00::12",
            "2a01:e0a::5",
            "::ffff:10.0.0.1",
        ] {
            let before = Inet::parse(text).unwrap();
            let after = mask(&prf, &before, false);
            assert_ne!(before, after, "{text}");
            assert_eq!(before.prefix, after.prefix);
            assert_eq!(
                class(before.bits().0, before.bits().1),
                class(after.bits().0, after.bits().1)
            );
        }
        let network = Inet::parse("192.168.4.0/24").unwrap();
        let masked = mask(&prf, &network, true);
        assert_eq!(masked.bits().0 & 0xFF, 0);
        assert_ne!(masked, network);
        let whole = Inet::parse("10.0.0.0/8").unwrap();
        assert_eq!(mask(&prf, &whole, true), whole);
    }
}
