// Plain C++: the reference for every other kernel, and the one that runs everywhere.
#include "kernels.hpp"

namespace ann {
namespace {

#include "body.hpp"

struct Scalar {
    /// Of the language as gcc and clang have it, not of a processor: what has no such registers does
    /// one after the other.
    using Four = float __attribute__((vector_size(16), may_alias));
    struct Sum {
        Four at[4];
    };
    static Sum zero() { return {}; }
    static Sum add(Sum x, const Sum& y) {
        for (int i = 0; i < 4; ++i) x.at[i] += y.at[i];
        return x;
    }
    static Sum add_squares(Sum sum, const float* a, const float* b) {
        const auto* fours = reinterpret_cast<const Four*>(a);
        const auto* others = reinterpret_cast<const Four*>(b);
        for (int i = 0; i < 4; ++i) {
            const Four d = fours[i] - others[i];
            sum.at[i] += d * d;
        }
        return sum;
    }
    static float total(const Sum& sum) {
        const Four four = (sum.at[0] + sum.at[2]) + (sum.at[1] + sum.at[3]);
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    // Of a tile.
    using Register = Four;
    static constexpr std::size_t width = 4, tile_registers = 2;
    static Register load(const float* p) { return *reinterpret_cast<const Four*>(p); }
    static Register all(float x) { return Four{x, x, x, x}; }
    static void store(float* p, Register x) { *reinterpret_cast<Four*>(p) = x; }
    static Register add_square(Register sum, Register a, Register b) {
        const Register d = a - b;
        return sum + d * d;
    }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Scalar>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Scalar>(query, rows, stride, ids, n, bound, out);
}
void tile(const float* queries, std::size_t stride, const float* rows, std::size_t dims, float* out) {
    tile_impl<Scalar>(queries, stride, rows, dims, out);
}

}  // namespace

extern const Kernels scalar_kernels;
const Kernels scalar_kernels{"scalar", pair, gather, tile};

}  // namespace ann
