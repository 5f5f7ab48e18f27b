// The byte kernels of every instruction set this processor has: the same bits, whatever the values.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "check.hpp"
#include "kernels/bytes.hpp"
#include "memory.hpp"

namespace {

using ann::CodeShape;
using ann::kWord;

/// Bytes that reach the limits often: there sums saturate that should not.
template <class T>
ann::AlignedArray<T> random_bytes(std::size_t count, std::uint32_t seed, int least, int most) {
    std::mt19937 random(seed);
    ann::AlignedArray<T> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto span = static_cast<std::uint32_t>(most - least);
        const std::uint32_t draw = random() % 4;
        const std::uint32_t at = draw == 0 ? 0 : draw == 1 ? span : random() % (span + 1);
        out[i] = static_cast<T>(least + static_cast<int>(at));
    }
    return out;
}

void dots_are_exact(const ann::ByteKernels& kernel) {
    for (std::size_t bytes = kWord; bytes <= 20 * kWord; bytes += kWord) {
        const auto rows = random_bytes<std::uint8_t>(7 * bytes, 1, 0, 255);
        const auto query = random_bytes<std::int8_t>(bytes, 2, -128, 127);
        for (std::size_t i = 0; i < 7; ++i) {
            const std::uint8_t* row = rows.data() + i * bytes;
            std::int32_t wanted = 0;
            for (std::size_t j = 0; j < bytes; ++j) wanted += row[j] * query[j];
            CHECK(kernel.dot(row, query.data(), bytes) == wanted);
        }
    }
}

void estimates_follow_the_layout(const ann::ByteKernels& kernel) {
    for (std::uint32_t wide = 0; wide <= 3; ++wide)
        for (std::uint32_t narrow = wide == 0 ? 1 : 0; narrow <= 3; ++narrow) {
            const CodeShape shape{wide, narrow};
            constexpr std::size_t kCodes = 9;
            auto codes = random_bytes<std::uint8_t>(kCodes * shape.bytes(), 3, 0, 255);
            auto query = random_bytes<std::int8_t>(shape.query_bytes(), 4, -127, 127);
            for (std::size_t c = 0; c < kCodes; ++c)
                for (std::size_t i = 0; i < wide * kWord; ++i)
                    codes[c * shape.bytes() + i] &= 127;
            // The constant's place.
            if (narrow > 0) {
                std::memset(query.data() + shape.query_bytes() - 4, 0, 4);
                std::memset(query.data() + shape.query_bytes() - kWord - 4, 0, 4);
            } else {
                std::memset(query.data() + shape.query_bytes() - 4, 0, 4);
            }
            float wanted[kCodes], found[kCodes];
            for (std::size_t c = 0; c < kCodes; ++c) {
                std::uint8_t* code = codes.data() + c * shape.bytes();
                const float constant = static_cast<float>(c) * 1.5f;
                std::memcpy(code + shape.bytes() - 4, &constant, 4);
                std::int32_t sum = 0;
                for (std::size_t i = 0; i < wide * kWord; ++i) sum += code[i] * query[i];
                for (std::size_t w = 0; w < narrow; ++w)
                    for (std::size_t i = 0; i < kWord; ++i) {
                        const std::uint8_t both = code[(wide + w) * kWord + i];
                        const std::int8_t* halves = query.data() + (wide + 2 * w) * kWord;
                        sum += (both & 15) * halves[i] + (both >> 4) * halves[i + kWord];
                    }
                wanted[c] = (constant + 3.0f) + -0.25f * static_cast<float>(sum);
            }
            kernel.estimate_all(codes.data(), shape, kCodes, query.data(), -0.25f, 3.0f, found);
            for (std::size_t c = 0; c < kCodes; ++c) CHECK(found[c] == wanted[c]);
            const std::uint32_t ids[] = {8, 0, 4, 4};
            kernel.estimate(codes.data(), shape, ids, 4, query.data(), -0.25f, 3.0f, found);
            for (std::size_t i = 0; i < 4; ++i) CHECK(found[i] == wanted[ids[i]]);
        }
}

void tiles_are_exact(const ann::ByteKernels& kernel) {
    using ann::kTileQueries, ann::kTileRows;
    for (std::size_t groups : {1u, 2u, 7u, 200u})
        for (std::size_t count = 1; count <= kTileQueries; ++count) {
            const auto rows = random_bytes<std::int8_t>(kTileRows * 4 * groups, 7, -128, 127);
            const auto queries = random_bytes<std::uint8_t>(count * 4 * groups, 8, 0, 255);
            ann::AlignedArray<std::int32_t> found(kTileQueries * kTileRows);
            for (std::size_t i = 0; i < found.size(); ++i) found[i] = -7;
            kernel.tile(rows.data(), groups, queries.data(), count, found.data());
            for (std::size_t q = 0; q < kTileQueries; ++q)
                for (std::size_t r = 0; r < kTileRows; ++r) {
                    std::int32_t wanted = q < count ? 0 : -7;
                    for (std::size_t j = 0; q < count && j < 4 * groups; ++j)
                        wanted += rows[j / 4 * kTileRows * 4 + r * 4 + j % 4] * queries[q * 4 * groups + j];
                    CHECK(found[q * kTileRows + r] == wanted);
                }
        }
}

void projections_are_exact(const ann::ByteKernels& kernel) {
    for (std::size_t inputs : {1u, 3u, 4u, 5u, 100u, 257u})
        for (std::size_t outputs : {16u, 32u, 128u, 144u, 256u, 304u}) {
            const std::size_t groups = (inputs + 3) / 4;
            auto x = random_bytes<std::uint8_t>(groups * 4, 5, 0, 255);
            for (std::size_t i = inputs; i < groups * 4; ++i) x[i] = 0;
            for (std::size_t i = 0; i < inputs; ++i)
                if (i / 4 % 3 == 1) x[i] = 0;  // groups that are skipped
            const auto matrix = random_bytes<std::int8_t>(groups * 4 * outputs, 6, -127, 127);
            ann::AlignedArray<std::int32_t> found(outputs);
            kernel.project(x.data(), matrix.data(), inputs, outputs, found.data());
            for (std::size_t o = 0; o < outputs; ++o) {
                std::int32_t wanted = 0;
                for (std::size_t i = 0; i < inputs; ++i)
                    wanted += x[i] * matrix[(i / 4 * outputs + o) * 4 + i % 4];
                CHECK(found[o] == wanted);
            }
        }
}

/// Whole numbers of 0…255, some of them not whole or out of range.
ann::AlignedArray<float> numbers(std::size_t count, std::uint32_t seed, bool strange) {
    const auto bytes = random_bytes<std::uint8_t>(count, seed, 0, 255);
    ann::AlignedArray<float> out(count);
    for (std::size_t i = 0; i < count; ++i) out[i] = 7.0f + bytes[i];
    if (strange) {
        out[count / 2] += 0.5f;
        out[0] = 5.0f;
        out[count - 1] = 400.0f;
    }
    return out;
}

/// In sixteen strands, which are added up by halves.
float sum_in_strands(const std::vector<float>& terms) {
    float strands[16] = {};
    for (std::size_t i = 0; i < terms.size(); ++i) strands[i % 16] += terms[i];
    for (std::size_t half = 8; half > 0; half /= 2)
        for (std::size_t j = 0; j < half; ++j) strands[j] += strands[j + half];
    return strands[0];
}

void queries_become_bytes(const ann::ByteKernels& kernel) {
    for (const bool strange : {false, true})
        for (std::size_t dim : {1u, 2u, 15u, 16u, 17u, 63u, 64u, 65u, 100u, 784u}) {
            const auto query = numbers(dim, 9, strange), mean = numbers(dim, 10, false);
            ann::AlignedArray<float> values(dim);
            ann::AlignedArray<std::uint8_t> bytes(dim);
            ann::AlignedArray<std::int8_t> shifted(dim);
            std::int32_t square = -1;
            float apart = -1.0f;
            const bool whole = kernel.whole(query.data(), 7.0f, mean.data(), dim, values.data(), bytes.data(),
                                            shifted.data(), &square, &apart);
            CHECK(whole == !strange);
            std::int32_t squares = 0;
            std::vector<float> terms;
            for (std::size_t j = 0; j < dim; ++j) {
                const float value = query[j] - 7.0f;
                const int number = value < 0 ? 0 : value > 255 ? 255 : static_cast<int>(value);
                CHECK(values[j] == value && bytes[j] == number && shifted[j] == number - 128);
                squares += number * number;
                terms.push_back((value - mean[j]) * (value - mean[j]));
            }
            CHECK(square == squares);
            CHECK(apart == sum_in_strands(terms));
        }
}

void floats_become_bytes(const ann::ByteKernels& kernel) {
    for (std::size_t n : {1u, 15u, 16u, 17u, 33u, 64u, 100u, 301u}) {
        const auto row = numbers(n, 11, true), mean = numbers(n, 12, false);
        ann::AlignedArray<float> centred(n), scaled(n);
        const float square = kernel.centred(row.data(), mean.data(), n, centred.data());
        std::vector<float> terms;
        float most = 0.0f;
        for (std::size_t i = 0; i < n; ++i) {
            const float apart = row[i] - mean[i];
            CHECK(centred[i] == apart);
            terms.push_back(apart * apart);
            most = std::max(most, std::fabs(apart));
        }
        CHECK(square == sum_in_strands(terms));
        CHECK(kernel.most(centred.data(), n) == most);

        const float factor = 300.0f / most;  // beyond what a byte holds
        ann::AlignedArray<std::int8_t> rounded(n);
        const std::int32_t sum = kernel.rounded(centred.data(), n, factor, rounded.data());
        std::int32_t wanted = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double near = std::floor(static_cast<double>(centred[i]) * factor + 0.5);
            CHECK(std::fabs(rounded[i] - std::clamp(near, -128.0, 127.0)) < 1e-3 ||
                  std::fabs(std::fabs(centred[i] * factor - rounded[i]) - 0.5) < 1e-3);
            wanted += rounded[i];
        }
        CHECK(sum == wanted);

        ann::AlignedArray<std::int32_t> sums(n);
        for (std::size_t i = 0; i < n; ++i) sums[i] = static_cast<std::int32_t>(1000 * i) - 7000;
        kernel.scaled(sums.data(), row.data(), mean.data(), centred.data(), n, 128.0f, 0.25f, scaled.data());
        for (std::size_t i = 0; i < n; ++i)
            CHECK(scaled[i] == (static_cast<float>(sums[i]) - 128.0f * row[i]) * (mean[i] * 0.25f) - centred[i]);
    }
}

}  // namespace

int main() {
    for (const ann::ByteKernels* kernel : ann::available_byte_kernels()) {
        std::printf("[%s]\n", kernel->isa);
        dots_are_exact(*kernel);
        estimates_follow_the_layout(*kernel);
        projections_are_exact(*kernel);
        tiles_are_exact(*kernel);
        queries_become_bytes(*kernel);
        floats_become_bytes(*kernel);
    }
    return REPORT();
}
