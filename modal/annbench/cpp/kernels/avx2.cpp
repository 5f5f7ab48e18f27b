// AVX2 + FMA (x86-64 since 2013). Compiled with those flags; called only where cpuid shows them.
#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace ann {
namespace {

#include "body.hpp"

struct Avx2 {
    static constexpr std::size_t width = 8;
    using Register = __m256;
    static Register zero() { return _mm256_setzero_ps(); }
    static Register load(const float* p) { return _mm256_load_ps(p); }
    static Register add(Register x, Register y) { return _mm256_add_ps(x, y); }
    static Register square_difference_add(Register sum, Register a, Register b) {
        const Register d = _mm256_sub_ps(a, b);
        return _mm256_fmadd_ps(d, d, sum);
    }
    static float sum(Register x) {
        __m128 h = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
        h = _mm_add_ps(h, _mm_movehl_ps(h, h));
        h = _mm_add_ss(h, _mm_movehdup_ps(h));
        return _mm_cvtss_f32(h);
    }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Avx2>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Avx2>(query, rows, stride, ids, n, bound, out);
}

}  // namespace

extern const Kernels avx2_kernels;
const Kernels avx2_kernels{"avx2", pair, gather};

}  // namespace ann
#endif
