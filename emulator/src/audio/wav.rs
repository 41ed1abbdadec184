//! WAV files: the head of ours, and reading those of others.

use super::RATE;

/// Length of the head that [`head`] writes.
pub(super) const HEAD: u64 = 44;

/// Why a WAV file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WavError {
    #[error("the file is no WAV file: it must begin with RIFF and WAVE")]
    NotWav,
    #[error("the file must be PCM with 16 bits a sample (format 1)")]
    NotPcm,
    #[error("the file must have 1 or 2 channels and 8,000 to 48,000 samples a second")]
    Shape,
    #[error("the file has no sound in it")]
    Empty,
}

/// The head of a PCM file of 16 bits with this many bytes of samples.
pub(super) fn head(channels: u16, bytes: u32) -> Vec<u8> {
    let block = channels * 2;
    let mut head = Vec::with_capacity(44);
    head.extend_from_slice(b"RIFF");
    head.extend_from_slice(&bytes.saturating_add(36).to_le_bytes());
    head.extend_from_slice(b"WAVEfmt ");
    head.extend_from_slice(&16_u32.to_le_bytes());
    head.extend_from_slice(&1_u16.to_le_bytes());
    head.extend_from_slice(&channels.to_le_bytes());
    head.extend_from_slice(&RATE.to_le_bytes());
    head.extend_from_slice(&(RATE * u32::from(block)).to_le_bytes());
    head.extend_from_slice(&block.to_le_bytes());
    head.extend_from_slice(&16_u16.to_le_bytes());
    head.extend_from_slice(b"data");
    head.extend_from_slice(&bytes.to_le_bytes());
    head
}

/// What the `fmt ` part says.
struct Format {
    channels: u16,
    rate: u32,
}

/// The samples of a WAV file, as one channel at the rate of this crate.
pub(crate) fn read_wav(file: &[u8]) -> Result<Vec<i16>, WavError> {
    let parts = (file.get(..4), file.get(8..12), file.get(12..));
    let (Some(b"RIFF"), Some(b"WAVE"), Some(mut rest)) = parts else {
        return Err(WavError::NotWav);
    };
    let mut format = None;
    while let (Some(name), Some(size)) = (rest.get(..4), rest.get(4..8).and_then(number)) {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let body = &rest[8..];
        // Programs that stream write a size that is too large: the file ends where it ends.
        let body = body.get(..size).unwrap_or(body);
        match name {
            b"fmt " => format = Some(read_format(body)?),
            b"data" => {
                let format = format.ok_or(WavError::NotPcm)?;
                return samples(body, &format);
            }
            _ => {}
        }
        let next = size.saturating_add(8).saturating_add(size % 2);
        rest = rest.get(next..).unwrap_or_default();
    }
    Err(WavError::Empty)
}

fn read_format(body: &[u8]) -> Result<Format, WavError> {
    let short = |at: usize| body.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    let rate = body.get(4..8).and_then(number).ok_or(WavError::NotPcm)?;
    let (Some(1), Some(channels), Some(16)) = (short(0), short(2), short(14)) else {
        return Err(WavError::NotPcm);
    };
    if !(1..=2).contains(&channels) || !(8_000..=48_000).contains(&rate) {
        return Err(WavError::Shape);
    }
    Ok(Format { channels, rate })
}

fn number(four: &[u8]) -> Option<u32> {
    four.try_into().ok().map(u32::from_le_bytes)
}

fn samples(body: &[u8], format: &Format) -> Result<Vec<i16>, WavError> {
    let channels = usize::from(format.channels);
    let mono: Vec<i16> = body
        .chunks_exact(channels * 2)
        .map(|block| {
            let all =
                block.chunks_exact(2).map(|two| i32::from(i16::from_le_bytes([two[0], two[1]])));
            i16::try_from(all.sum::<i32>() / i32::from(format.channels)).unwrap_or(0)
        })
        .collect();
    if mono.is_empty() {
        return Err(WavError::Empty);
    }
    Ok(resample(&mono, format.rate))
}

/// Samples of another rate at the rate of this crate, with straight lines between them.
pub(crate) fn resample(samples: &[i16], rate: u32) -> Vec<i16> {
    if rate == RATE {
        return samples.to_vec();
    }
    let (from, to) = (u64::from(rate), u64::from(RATE));
    let count = u64::try_from(samples.len()).unwrap_or(0) * to / from.max(1);
    let line = |index: u64| {
        let (whole, part) = (index * from / to, index * from % to);
        let at = |index: u64| usize::try_from(index).ok().and_then(|index| samples.get(index));
        let one = i64::from(*at(whole)?);
        let next = at(whole + 1).map_or(one, |next| i64::from(*next));
        let part = i64::try_from(part).ok()?;
        i16::try_from(one + (next - one) * part / i64::from(RATE)).ok()
    };
    (0..count).map(|index| line(index).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(channels: u16, rate: u32, samples: &[i16]) -> Vec<u8> {
        let bytes = u32::try_from(samples.len() * 2).expect("small");
        let mut file = head(channels, bytes);
        file[24..28].copy_from_slice(&rate.to_le_bytes());
        file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        file
    }

    #[test]
    fn files_come_back_as_one_channel_at_our_rate() {
        assert_eq!(read_wav(&file(1, RATE, &[1, -2, 3])), Ok(vec![1, -2, 3]));
        assert_eq!(read_wav(&file(2, RATE, &[10, 20, -4, 4])), Ok(vec![15, 0]));
        assert_eq!(read_wav(&file(1, 8_000, &[0, 100, 200])), Ok(vec![0, 50, 100, 150, 200, 200]));
        assert_eq!(read_wav(&file(1, 48_000, &[0, 1, 2, 3, 4, 5])), Ok(vec![0, 3]));
    }

    #[test]
    fn other_parts_are_skipped_and_a_wrong_size_is_forgiven() {
        let plain = file(1, RATE, &[7, 8]);
        let mut other = plain[..12].to_vec();
        other.extend_from_slice(b"LIST\x03\0\0\0abc\0");
        other.extend_from_slice(&plain[12..]);
        let at = other.len() - 8;
        other[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read_wav(&other), Ok(vec![7, 8]));
    }

    #[test]
    fn what_is_no_wav_file_is_refused() {
        let mut float = file(1, RATE, &[1]);
        float[20] = 3;
        let cases = [
            (b"hello, this is no file".to_vec(), WavError::NotWav),
            (float, WavError::NotPcm),
            (file(3, RATE, &[1, 2, 3]), WavError::Shape),
            (file(1, 96_000, &[1, 2, 3]), WavError::Shape),
            (file(1, RATE, &[]), WavError::Empty),
            (file(1, RATE, &[1])[..30].to_vec(), WavError::NotPcm),
            (file(1, RATE, &[1])[..20].to_vec(), WavError::NotPcm),
        ];
        for (file, why) in cases {
            assert_eq!(read_wav(&file), Err(why));
        }
    }
}
