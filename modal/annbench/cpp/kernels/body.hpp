// The distance loops, generic over a vector type `V` of the including file:
//   V::width, V::Register, V::zero(), V::load(p), V::add(x, y), V::square_difference_add(sum, a, b), V::sum(x)
// Included inside an anonymous namespace by each instruction set's own file. Nothing from the
// standard library may be used here: an inline function of a header that was compiled with wider
// instructions could be the copy the linker keeps for everyone.

/// Floats between two looks at the bound: 8 cache lines. Shorter looks too often, longer too late.
constexpr std::size_t kChunk = 128;

/// Lines of a row that are asked for ahead of time. The rest of a long row comes by the hardware's
/// own stream prefetcher, or is never needed.
constexpr std::size_t kPrefetchLines = 8;
constexpr std::size_t kPrefetchRows = 3;

inline void prefetch_row(const float* row, std::size_t stride) {
    const std::size_t lines = stride / 16 < kPrefetchLines ? stride / 16 : kPrefetchLines;
    for (std::size_t i = 0; i < lines; ++i) __builtin_prefetch(row + i * 16, 0, 3);
}

/// Adds one stretch of 16-float lanes into four independent sums (hides the latency of the adder).
template <class V>
struct Sums {
    typename V::Register s0 = V::zero(), s1 = V::zero(), s2 = V::zero(), s3 = V::zero();

    inline void add64(const float* a, const float* b) {
        constexpr std::size_t w = V::width;
        for (std::size_t i = 0; i < 64; i += 4 * w) {
            s0 = V::square_difference_add(s0, V::load(a + i), V::load(b + i));
            s1 = V::square_difference_add(s1, V::load(a + i + w), V::load(b + i + w));
            s2 = V::square_difference_add(s2, V::load(a + i + 2 * w), V::load(b + i + 2 * w));
            s3 = V::square_difference_add(s3, V::load(a + i + 3 * w), V::load(b + i + 3 * w));
        }
    }
    inline void add16(const float* a, const float* b) {
        constexpr std::size_t w = V::width;
        for (std::size_t i = 0; i < 16; i += w)
            s0 = V::square_difference_add(s0, V::load(a + i), V::load(b + i));
    }
    inline float total() const { return V::sum(V::add(V::add(s0, s1), V::add(s2, s3))); }
};

template <class V>
inline float pair_impl(const float* a, const float* b, std::size_t stride, float bound) {
    Sums<V> sums;
    std::size_t i = 0;
    for (; i + kChunk <= stride; i += kChunk) {
        sums.add64(a + i, b + i);
        sums.add64(a + i + 64, b + i + 64);
        const float partial = sums.total();
        if (partial >= bound) return partial;
    }
    if (i + 64 <= stride) {
        sums.add64(a + i, b + i);
        i += 64;
    }
    for (; i < stride; i += 16) sums.add16(a + i, b + i);
    return sums.total();
}

template <class V>
inline void gather_impl(const float* query, const float* rows, std::size_t stride,
                        const std::uint32_t* ids, std::size_t n, float bound, float* out) {
    const std::size_t head = n < kPrefetchRows ? n : kPrefetchRows;
    for (std::size_t i = 0; i < head; ++i) prefetch_row(rows + ids[i] * stride, stride);
    for (std::size_t i = 0; i < n; ++i) {
        if (i + kPrefetchRows < n) prefetch_row(rows + ids[i + kPrefetchRows] * stride, stride);
        out[i] = pair_impl<V>(query, rows + ids[i] * stride, stride, bound);
    }
}
