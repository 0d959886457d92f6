//! The keys of CVE-2017-15361, which can be factored: a library on smart cards made primes of one
//! form, and a modulus of two of them is a power of 65537 modulo every small prime (Nemec et al., The
//! Return of Coppersmith's Attack, CCS 2017, §2.1).

/// The primes that divide the primorials of all the sizes of key that were made.
const PRIMES: &[u32] = &[
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];
const GENERATOR: u32 = 65_537;

/// Whether a modulus, in big-endian bytes, looks like one of theirs. Of 2²⁷ others one does.
pub(super) fn is_fingerprinted(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| {
        let rest = modulus.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        is_power(rest, *prime)
    })
}

/// Whether a number is a power of the generator modulo this prime.
fn is_power(number: u32, prime: u32) -> bool {
    let mut power = 1;
    loop {
        if power == number {
            return true;
        }
        power = power * (GENERATOR % prime) % prime;
        if power == 1 {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_of_the_generator_is_told_from_another_number() {
        // Modulo 11, 65537 is 10, whose powers are 1 and 10.
        let powers: Vec<_> = (0..11).filter(|number| is_power(*number, 11)).collect();
        assert_eq!(powers, [1, 10]);
        assert!(is_fingerprinted(&[1]) && is_fingerprinted(&[1, 0, 1]));
        assert!(!is_fingerprinted(&[2]) && !is_fingerprinted(&[0]));
    }
}
