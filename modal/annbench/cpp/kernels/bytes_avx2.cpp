// AVX2 (x86-64 since 2013).
#include "bytes.hpp"
#include "strands.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace ann {
namespace {

#include "bytes_body.hpp"

struct Avx2 {
    static constexpr std::size_t tile_words = 1;
    static constexpr std::size_t project_sums = 8;
    struct Sum {
        __m256i low, high;
    };
    static Sum zero() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }
    static Sum add(Sum x, Sum y) {
        return {_mm256_add_epi32(x.low, y.low), _mm256_add_epi32(x.high, y.high)};
    }

    /// u8 * s8 with all of u8: by 16 bits, since _mm256_maddubs_epi16 would saturate.
    static __m256i exactly(__m256i sum, __m256i a, __m256i b) {
        const __m256i bytes = _mm256_set1_epi16(255);
        const __m256i even = _mm256_madd_epi16(_mm256_and_si256(a, bytes),
                                               _mm256_srai_epi16(_mm256_slli_epi16(b, 8), 8));
        const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(a, 8), _mm256_srai_epi16(b, 8));
        return _mm256_add_epi32(sum, _mm256_add_epi32(even, odd));
    }
    /// u7 * s8: two products are 127 * 128 * 2 at most, which 16 bits hold.
    static __m256i small(__m256i sum, __m256i a, __m256i b) {
        return _mm256_add_epi32(
            sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), _mm256_set1_epi16(1)));
    }
    static __m256i load(const void* p) { return _mm256_load_si256(static_cast<const __m256i*>(p)); }

    static Sum dot(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        return {exactly(sum.low, load(a), load(b)), exactly(sum.high, load(a + 32), load(b + 32))};
    }
    static Sum wide(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        return {small(sum.low, load(a), load(b)), small(sum.high, load(a + 32), load(b + 32))};
    }
    static __m256i halves(__m256i sum, const std::uint8_t* a, const std::int8_t* b) {
        // Four products of a half byte each are 15 * 128 * 4 at most: they fit into 16 bits.
        const __m256i both = load(a), low = _mm256_set1_epi8(15);
        const __m256i pairs = _mm256_add_epi16(
            _mm256_maddubs_epi16(_mm256_and_si256(both, low), load(b)),
            _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(both, 4), low), load(b + 64)));
        return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    static Sum narrow(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        return {halves(sum.low, a, b), halves(sum.high, a + 32, b + 32)};
    }
    static Sum group(Sum sum, const std::int8_t* m, std::uint32_t x) {
        const __m256i four = _mm256_set1_epi32(static_cast<int>(x));
        return {exactly(sum.low, four, load(m)), exactly(sum.high, four, load(m + 32))};
    }
    static std::int32_t total(Sum sum) {
        const __m256i eight = _mm256_add_epi32(sum.low, sum.high);
        __m128i four = _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1));
        return _mm_cvtsi128_si32(four);
    }
    static void totals(const Sum* sums, std::int32_t* out) {
        const auto eight = [&](int i) { return _mm256_add_epi32(sums[i].low, sums[i].high); };
        const auto pairs = [](__m256i x, __m256i y) {
            return _mm256_add_epi32(_mm256_unpacklo_epi32(x, y), _mm256_unpackhi_epi32(x, y));
        };
        const __m256i first = pairs(eight(0), eight(1)), second = pairs(eight(2), eight(3));
        const __m256i four = _mm256_add_epi32(_mm256_unpacklo_epi64(first, second),
                                              _mm256_unpackhi_epi64(first, second));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                         _mm_add_epi32(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1)));
    }
    static void store(std::int32_t* out, Sum sum) {
        _mm256_store_si256(reinterpret_cast<__m256i*>(out), sum.low);
        _mm256_store_si256(reinterpret_cast<__m256i*>(out + 8), sum.high);
    }
};

}  // namespace

extern const ByteKernels avx2_byte_kernels;
const ByteKernels avx2_byte_kernels = byte_kernels_of<Avx2>("avx2");

}  // namespace ann
#endif
