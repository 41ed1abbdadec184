//! Keys of the faulty generator of CVE-2017-15361, "ROCA".
//!
//! It made primes of the form `k * M + 65537^a mod M`, with `M` a product of small primes. A
//! modulus made of such primes is a power of 65537 modulo each of them; by chance that is rarer
//! than one in a hundred million.

/// The first odd primes, enough for the fingerprint.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// True if the modulus (big-endian) looks like one of that generator.
pub(super) fn has_roca_fingerprint(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| is_power_of_65537(remainder(modulus, *prime), *prime))
}

fn remainder(number: &[u8], prime: u32) -> u32 {
    number.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime)
}

fn is_power_of_65537(value: u32, prime: u32) -> bool {
    let base = 65537 % prime;
    let mut power = 1;
    loop {
        if power == value {
            return true;
        }
        power = power * base % prime;
        if power == 1 {
            return false;
        }
    }
}
