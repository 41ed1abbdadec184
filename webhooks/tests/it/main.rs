//! Tests of the crate from outside: official samples, attacks, properties.

#[cfg(test)]
mod events;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod grid;
#[cfg(test)]
mod handshake;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod roundtrip;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod signing;
#[cfg(test)]
#[cfg(feature = "testing")]
mod testing;
#[cfg(test)]
mod tokens;
