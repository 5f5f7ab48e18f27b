// AVX-512F (x86-64 servers since 2017, AMD since 2022).
#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace ann {
namespace {

#include "body.hpp"

struct Avx512 {
    static constexpr std::size_t width = 16;
    using Register = __m512;
    static Register zero() { return _mm512_setzero_ps(); }
    static Register load(const float* p) { return _mm512_load_ps(p); }
    static Register add(Register x, Register y) { return _mm512_add_ps(x, y); }
    static Register square_difference_add(Register sum, Register a, Register b) {
        const Register d = _mm512_sub_ps(a, b);
        return _mm512_fmadd_ps(d, d, sum);
    }
    static float sum(Register x) { return _mm512_reduce_add_ps(x); }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Avx512>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Avx512>(query, rows, stride, ids, n, bound, out);
}

}  // namespace

extern const Kernels avx512_kernels;
const Kernels avx512_kernels{"avx512", pair, gather};

}  // namespace ann
#endif
