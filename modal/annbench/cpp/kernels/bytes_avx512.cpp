// AVX-512 with VNNI (Intel servers since 2019, AMD since 2022).
#include "bytes.hpp"
#include "strands.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace ann {
namespace {

#include "bytes_body.hpp"

struct Avx512 {
    static constexpr std::size_t tile_words = 4;
    static constexpr std::size_t project_sums = 16;
    using Sum = __m512i;
    static Sum zero() { return _mm512_setzero_si512(); }
    static Sum add(Sum x, Sum y) { return _mm512_add_epi32(x, y); }
    static Sum dot(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        return _mm512_dpbusd_epi32(sum, _mm512_load_si512(a), _mm512_load_si512(b));
    }
    static Sum wide(Sum sum, const std::uint8_t* a, const std::int8_t* b) { return dot(sum, a, b); }
    static Sum narrow(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        const __m512i both = _mm512_load_si512(a), low = _mm512_set1_epi8(15);
        sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(both, low), _mm512_load_si512(b));
        return _mm512_dpbusd_epi32(sum, _mm512_and_si512(_mm512_srli_epi16(both, 4), low),
                                   _mm512_load_si512(b + 64));
    }
    static Sum group(Sum sum, const std::int8_t* m, std::uint32_t x) {
        return _mm512_dpbusd_epi32(sum, _mm512_set1_epi32(static_cast<int>(x)),
                                   _mm512_load_si512(m));
    }
    static std::int32_t total(Sum sum) { return _mm512_reduce_add_epi32(sum); }
    static void totals(const Sum* sums, std::int32_t* out) {
        const auto pairs = [](Sum x, Sum y) {
            return _mm512_add_epi32(_mm512_unpacklo_epi32(x, y), _mm512_unpackhi_epi32(x, y));
        };
        const __m512i first = pairs(sums[0], sums[1]), second = pairs(sums[2], sums[3]);
        const __m512i four = _mm512_add_epi32(_mm512_unpacklo_epi64(first, second),
                                              _mm512_unpackhi_epi64(first, second));
        const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(four),
                                              _mm512_extracti64x4_epi64(four, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                         _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
    }
    static void store(std::int32_t* out, Sum sum) { _mm512_store_si512(out, sum); }
};

}  // namespace

extern const ByteKernels avx512_byte_kernels;
const ByteKernels avx512_byte_kernels = byte_kernels_of<Avx512>("avx512");

}  // namespace ann
#endif
