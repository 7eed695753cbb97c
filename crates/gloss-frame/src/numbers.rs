//! Numbers as little-endian bytes.

/// A number that stands in columns.
pub trait Number: Copy {
    /// Bytes of one.
    const SIZE: usize;
    /// Appends `numbers` to `bytes`.
    fn write(numbers: &[Self], bytes: &mut Vec<u8>);
    /// Reads numbers; `bytes` must be a multiple of [`Number::SIZE`] long.
    fn read(bytes: &[u8]) -> Vec<Self>;
}

macro_rules! number {
    ($($type:ty),*) => { $(
        impl Number for $type {
            const SIZE: usize = size_of::<$type>();

            fn write(numbers: &[Self], bytes: &mut Vec<u8>) {
                let begin = bytes.len();
                bytes.resize(begin + numbers.len() * Self::SIZE, 0);
                for (to, number) in bytes[begin..].chunks_exact_mut(Self::SIZE).zip(numbers) {
                    to.copy_from_slice(&number.to_le_bytes());
                }
            }

            fn read(bytes: &[u8]) -> Vec<Self> {
                let (chunks, _) = bytes.as_chunks();
                chunks.iter().map(|chunk| Self::from_le_bytes(*chunk)).collect()
            }
        }
    )* };
}

number!(u8, u32, u64, i64, f32, f64);
