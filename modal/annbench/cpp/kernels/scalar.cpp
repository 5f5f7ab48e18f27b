// Plain C++: the reference for every other kernel, and the one that runs everywhere.
#include "kernels.hpp"

namespace ann {
namespace {

#include "body.hpp"

struct Scalar {
    static constexpr std::size_t width = 1;
    using Register = float;
    static Register zero() { return 0.0f; }
    static Register load(const float* p) { return *p; }
    static Register add(Register x, Register y) { return x + y; }
    static Register square_difference_add(Register sum, Register a, Register b) {
        const float d = a - b;
        return sum + d * d;
    }
    static float sum(Register x) { return x; }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Scalar>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Scalar>(query, rows, stride, ids, n, bound, out);
}

}  // namespace

extern const Kernels scalar_kernels;
const Kernels scalar_kernels{"scalar", pair, gather};

}  // namespace ann
