// Plain C++: the reference for the other byte kernels, and what runs everywhere.
#include "bytes.hpp"
#include "strands.hpp"

namespace ann {
namespace {

#include "bytes_body.hpp"

struct Scalar {
    static constexpr std::size_t tile_words = 1;
    static constexpr std::size_t project_sums = 8;
    struct Sum {
        std::int32_t at[16];
    };
    static Sum zero() { return {}; }
    static Sum add(Sum x, const Sum& y) {
        for (int i = 0; i < 16; ++i) x.at[i] += y.at[i];
        return x;
    }
    static Sum dot(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        for (int i = 0; i < 64; ++i) sum.at[i / 4] += a[i] * b[i];
        return sum;
    }
    static Sum wide(const Sum& sum, const std::uint8_t* a, const std::int8_t* b) {
        return dot(sum, a, b);
    }
    static Sum narrow(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        for (int i = 0; i < 64; ++i) sum.at[i / 4] += (a[i] & 15) * b[i] + (a[i] >> 4) * b[i + 64];
        return sum;
    }
    static Sum group(Sum sum, const std::int8_t* m, std::uint32_t x) {
        for (int i = 0; i < 64; ++i)
            sum.at[i / 4] += m[i] * static_cast<std::int32_t>(x >> (i % 4 * 8) & 255);
        return sum;
    }
    static std::int32_t total(const Sum& sum) {
        std::int32_t all = 0;
        for (int i = 0; i < 16; ++i) all += sum.at[i];
        return all;
    }
    static void totals(const Sum* sums, std::int32_t* out) {
        for (int i = 0; i < 4; ++i) out[i] = total(sums[i]);
    }
    static void store(std::int32_t* out, const Sum& sum) {
        for (int i = 0; i < 16; ++i) out[i] = sum.at[i];
    }
};

}  // namespace

extern const ByteKernels scalar_byte_kernels;
const ByteKernels scalar_byte_kernels = byte_kernels_of<Scalar>("scalar");

}  // namespace ann
