//! How numbers are kept in a file: whole, or as quants in blocks
//! (<https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h>).

use gloss_kernels::{BlockForm, BlockRow};
use half::{bf16, f16};

/// The format of a tensor's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    F32,
    F16,
    Bf16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q4K,
    Q5K,
    Q6K,
}

use Format::{Bf16, F16, F32, Q4_0, Q4_1, Q4K, Q5_0, Q5_1, Q5K, Q6K, Q8_0};

impl Format {
    /// The format with this number in files.
    pub(crate) fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => F32,
            1 => F16,
            2 => Q4_0,
            3 => Q4_1,
            6 => Q5_0,
            7 => Q5_1,
            8 => Q8_0,
            12 => Q4K,
            13 => Q5K,
            14 => Q6K,
            30 => Bf16,
            _ => return None,
        })
    }

    /// Numbers in a block.
    pub(crate) fn block(self) -> usize {
        match self {
            F32 | F16 | Bf16 => 1,
            Q4_0 | Q4_1 | Q5_0 | Q5_1 | Q8_0 => 32,
            Q4K | Q5K | Q6K => 256,
        }
    }

    /// Bytes of a block.
    pub(crate) fn bytes(self) -> usize {
        match self {
            F32 => 4,
            F16 | Bf16 => 2,
            Q4_0 => 18,
            Q4_1 => 20,
            Q5_0 => 22,
            Q5_1 => 24,
            Q8_0 => 34,
            Q4K => 144,
            Q5K => 176,
            Q6K => 210,
        }
    }

    /// How the kernels keep such weights; none for whole numbers.
    pub(crate) fn form(self) -> Option<BlockForm> {
        let form =
            |four_bits, block, zero, shifts| Some(BlockForm { four_bits, block, zero, shifts });
        match self {
            F32 | F16 | Bf16 => None,
            Q4_0 => form(true, 32, 8, false),
            Q4_1 | Q4K => form(true, 32, 0, true),
            Q5_0 => form(false, 32, 16, false),
            Q5_1 | Q5K => form(false, 32, 0, true),
            Q8_0 => form(false, 32, 128, false),
            Q6K => form(false, 16, 32, false),
        }
    }

    /// The whole number at a place of a row.
    pub(crate) fn number(self, row: &[u8], at: usize) -> f32 {
        match self {
            F16 => half_at(row, at * 2),
            Bf16 => bf16::from_le_bytes([row[at * 2], row[at * 2 + 1]]).to_f32(),
            _ => {
                let bytes = &row[at * 4..at * 4 + 4];
                f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
            }
        }
    }

    /// Sets the quants, scales and shifts of a row of blocks.
    pub(crate) fn unpack(self, row: &[u8], out: &mut BlockRow) {
        let per = self.form().map_or(1, |form| self.block() / form.block);
        let blocks = row.chunks_exact(self.bytes());
        for ((at, block), quants) in
            blocks.enumerate().zip(out.quants.chunks_exact_mut(self.block()))
        {
            let numbers = at * per..(at + 1) * per;
            let (scales, shifts) = (&mut out.scales[numbers.clone()], &mut out.shifts[numbers]);
            match self {
                Q4_0 => {
                    scales[0] = half_at(block, 0);
                    nibbles(&block[2..18], quants);
                }
                Q4_1 => {
                    (scales[0], shifts[0]) = (half_at(block, 0), half_at(block, 2));
                    nibbles(&block[4..20], quants);
                }
                Q5_0 => {
                    scales[0] = half_at(block, 0);
                    nibbles(&block[6..22], quants);
                    fifth_bits(&block[2..6], quants);
                }
                Q5_1 => {
                    (scales[0], shifts[0]) = (half_at(block, 0), half_at(block, 2));
                    nibbles(&block[8..24], quants);
                    fifth_bits(&block[4..8], quants);
                }
                Q8_0 => {
                    scales[0] = half_at(block, 0);
                    quants.iter_mut().zip(&block[2..34]).for_each(|(q, byte)| *q = byte ^ 128);
                }
                Q4K => {
                    super_scales(block, scales, shifts);
                    for (bytes, quants) in block[16..144].chunks(32).zip(quants.chunks_mut(64)) {
                        nibbles(bytes, quants);
                    }
                }
                Q5K => {
                    super_scales(block, scales, shifts);
                    let groups = block[48..176].chunks(32).zip(quants.chunks_mut(64));
                    for (group, (bytes, quants)) in groups.enumerate() {
                        nibbles(bytes, quants);
                        for (at, bits) in block[16..48].iter().enumerate() {
                            quants[at] |= (bits >> (2 * group) & 1) << 4;
                            quants[at + 32] |= (bits >> (2 * group + 1) & 1) << 4;
                        }
                    }
                }
                Q6K => six_bits(block, quants, scales),
                F32 | F16 | Bf16 => {}
            }
        }
    }
}

fn half_at(bytes: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([bytes[at], bytes[at + 1]]).to_f32()
}

/// The lower halves of the bytes are the first half of the quants.
fn nibbles(bytes: &[u8], quants: &mut [u8]) {
    let (lower, upper) = quants.split_at_mut(bytes.len());
    for ((byte, lower), upper) in bytes.iter().zip(lower).zip(upper) {
        (*lower, *upper) = (byte & 15, byte >> 4);
    }
}

/// The fifth bits of 32 quants, the first quant's in the lowest place.
fn fifth_bits(bytes: &[u8], quants: &mut [u8]) {
    for (at, quant) in quants.iter_mut().enumerate() {
        *quant |= (bytes[at / 8] >> (at % 8) & 1) << 4;
    }
}

/// Eight scales and shifts, of six bits each, times a scale and a shift of all.
fn super_scales(block: &[u8], scales: &mut [f32], shifts: &mut [f32]) {
    let (scale, shift, packed) = (half_at(block, 0), half_at(block, 2), &block[4..16]);
    for at in 0..8 {
        let (a, b) = if at < 4 {
            (packed[at] & 63, packed[at + 4] & 63)
        } else {
            let (low, from, to) = (packed[at + 4], packed[at - 4], packed[at]);
            (low & 15 | from >> 6 << 4, low >> 4 | to >> 6 << 4)
        };
        scales[at] = scale * f32::from(a);
        shifts[at] = -(shift * f32::from(b));
    }
}

/// Quants of six bits, four lower ones apart from two upper ones; scales are signed bytes times one of all.
fn six_bits(block: &[u8], quants: &mut [u8], scales: &mut [f32]) {
    let (lower, upper) = (&block[..128], &block[128..192]);
    for (at, quant) in quants.iter_mut().enumerate() {
        let (half, quarter, place) = (at / 128, at % 128 / 32, at % 32);
        let low = lower[half * 64 + quarter % 2 * 32 + place];
        let low = if quarter < 2 { low & 15 } else { low >> 4 };
        let high = upper[half * 32 + place] >> (2 * quarter) & 3;
        *quant = low | high << 4;
    }
    let scale = half_at(block, 208);
    for (to, from) in scales.iter_mut().zip(&block[192..208]) {
        *to = scale * f32::from(*from as i8);
    }
}

#[cfg(test)]
mod tests {
    use gloss_kernels::{BlockAffine, Kernels};

    use super::*;

    /// What another implementation makes of blocks, by `parity/formats.py`.
    #[test]
    fn blocks_are_what_others_make_of_them() {
        let cases: serde_json::Value =
            serde_json::from_str(include_str!("../tests/formats.json")).unwrap();
        let cases = cases.as_array().unwrap();
        assert_eq!(cases.len(), 11);
        for case in cases {
            let format = Format::of(case["format"].as_u64().unwrap() as u32).unwrap();
            let bytes = case["bytes"].as_array().unwrap();
            let bytes: Vec<u8> = bytes.iter().map(|byte| byte.as_u64().unwrap() as u8).collect();
            let numbers = case["numbers"].as_array().unwrap();
            let expected: Vec<f32> =
                numbers.iter().map(|number| number.as_f64().unwrap() as f32).collect();
            let found = match format.form() {
                None => (0..expected.len()).map(|at| format.number(&bytes, at)).collect(),
                Some(form) => {
                    let fill = |_: usize, row: &mut BlockRow| {
                        format.unpack(&bytes, row);
                        Ok::<_, std::convert::Infallible>(())
                    };
                    let sizes = (expected.len(), 1);
                    let Ok(layer) = BlockAffine::new(Kernels::default(), sizes, form, fill);
                    let mut found = vec![0.0; expected.len()];
                    layer.weights(0, &mut found);
                    found
                }
            };
            for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let slack = 1e-5 * expected.abs().max(0.1);
                assert!((found - expected).abs() < slack, "{format:?} {at}: {found} {expected}");
            }
        }
    }
}
