// Every kernel this processor can run, against sums in double, over all lengths and bounds.
#include <cmath>
#include <limits>
#include <numeric>

#include "check.hpp"
#include "kernels/kernels.hpp"
#include "memory.hpp"

namespace {

constexpr float kUnbounded = std::numeric_limits<float>::infinity();
constexpr std::size_t kRows = 23;

double reference(const float* a, const float* b, std::size_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double d = static_cast<double>(a[i]) - b[i];
        sum += d * d;
    }
    return sum;
}

bool close(double found, double wanted) { return std::fabs(found - wanted) <= 1e-5 * wanted + 1e-6; }

struct Fixture {
    explicit Fixture(std::size_t stride) : query(stride), rows(stride * kRows), stride(stride) {
        std::mt19937 random(static_cast<std::uint32_t>(stride));
        std::normal_distribution<float> normal;
        for (std::size_t i = 0; i < query.size(); ++i) query[i] = normal(random);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = normal(random);
    }
    ann::AlignedArray<float> query, rows;
    std::size_t stride;
};

void agrees_with_double(const ann::Kernels& kernel) {
    for (std::size_t stride = ann::kLane; stride <= 1040; stride += ann::kLane) {
        const Fixture f(stride);
        for (std::size_t i = 0; i < kRows; ++i) {
            const float* row = f.rows.data() + i * stride;
            CHECK(close(kernel.pair(f.query.data(), row, stride, kUnbounded),
                        reference(f.query.data(), row, stride)));
        }
        CHECK(kernel.pair(f.query.data(), f.query.data(), stride, kUnbounded) == 0.0f);
    }
}

void padding_counts_nothing(const ann::Kernels& kernel) {
    for (std::size_t dim = 1; dim <= 300; ++dim) {
        const std::size_t stride = (dim + ann::kLane - 1) / ann::kLane * ann::kLane;
        Fixture f(stride);
        for (std::size_t i = dim; i < stride; ++i) f.query[i] = f.rows[i] = 0.0f;
        CHECK(close(kernel.pair(f.query.data(), f.rows.data(), stride, kUnbounded),
                    reference(f.query.data(), f.rows.data(), dim)));
    }
}

// Below the bound the value is exact; otherwise it is some value that the bound excludes.
void bound_never_lies(const ann::Kernels& kernel) {
    for (std::size_t stride : {16u, 112u, 128u, 144u, 256u, 784u, 960u}) {
        const Fixture f(stride);
        const float* q = f.query.data();
        const float* row = f.rows.data();
        const float whole = kernel.pair(q, row, stride, kUnbounded);
        for (float share : {0.0f, 0.01f, 0.3f, 0.9f, 0.999f, 1.0f, 1.001f, 2.0f}) {
            const float bound = whole * share;
            const float found = kernel.pair(q, row, stride, bound);
            if (whole < bound) CHECK(found == whole);
            if (whole >= bound) CHECK(found >= bound);
            CHECK(found <= whole * 1.00001f);
        }
    }
}

void tiles_add_to_what_is_there(const ann::Kernels& kernel) {
    using ann::kFloatQueries, ann::kFloatTile;
    for (std::size_t dims : {1u, 16u, 100u, 300u}) {
        const std::size_t stride = dims + 3;
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        ann::AlignedArray<float> queries(kFloatQueries * stride), tile(dims * kFloatTile);
        ann::AlignedArray<float> sums(kFloatQueries * kFloatTile);
        for (std::size_t i = 0; i < queries.size(); ++i) queries[i] = normal(random);
        for (std::size_t i = 0; i < tile.size(); ++i) tile[i] = normal(random);
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<float>(i);
        kernel.tile(queries.data(), stride, tile.data(), dims, sums.data());
        for (std::size_t q = 0; q < kFloatQueries; ++q)
            for (std::size_t r = 0; r < kFloatTile; ++r) {
                std::vector<float> row(dims);
                for (std::size_t j = 0; j < dims; ++j) row[j] = tile[j * kFloatTile + r];
                const std::size_t at = q * kFloatTile + r;
                CHECK(close(sums[at], static_cast<double>(at) +
                                          reference(queries.data() + q * stride, row.data(), dims)));
            }
    }
}

void gather_is_pair(const ann::Kernels& kernel) {
    for (std::size_t stride : {16u, 112u, 784u}) {
        const Fixture f(stride);
        std::vector<std::uint32_t> ids(kRows);
        std::iota(ids.rbegin(), ids.rend(), 0u);
        for (std::size_t n = 0; n <= kRows; ++n) {
            std::vector<float> out(kRows + 1, -1.0f);
            const float bound = n % 2 ? kUnbounded : static_cast<float>(stride) * 2.0f;
            kernel.gather(f.query.data(), f.rows.data(), stride, ids.data(), n, bound, out.data());
            for (std::size_t i = 0; i < n; ++i)
                CHECK(out[i] == kernel.pair(f.query.data(), f.rows.data() + ids[i] * stride, stride,
                                            bound));
            CHECK(out[n] == -1.0f);
        }
    }
}

/// Not nearly: what is summed in another order puts rows of one distance into another order.
void bits_are_those_of_scalar(const ann::Kernels& kernel) {
    const ann::Kernels& scalar = *ann::available_kernels().front();
    for (std::size_t stride = ann::kLane; stride <= 1040; stride += ann::kLane) {
        const Fixture f(stride);
        for (std::size_t i = 0; i < kRows; ++i)
            for (float bound : {kUnbounded, 1.9f * static_cast<float>(stride), 0.0f}) {
                const float* row = f.rows.data() + i * stride;
                CHECK(kernel.pair(f.query.data(), row, stride, bound) ==
                      scalar.pair(f.query.data(), row, stride, bound));
            }
    }
}

void environment_chooses() {
    setenv("ANNBENCH_ISA", "scalar", 1);
    CHECK(std::string(ann::kernels().isa) == "scalar");
    setenv("ANNBENCH_ISA", "", 1);
    CHECK(std::string(ann::kernels().isa) == "scalar");  // chosen once
}

}  // namespace

int main() {
    for (const ann::Kernels* kernel : ann::available_kernels()) {
        std::printf("[%s]\n", kernel->isa);
        agrees_with_double(*kernel);
        padding_counts_nothing(*kernel);
        bound_never_lies(*kernel);
        gather_is_pair(*kernel);
        bits_are_those_of_scalar(*kernel);
        tiles_add_to_what_is_there(*kernel);
    }
    RUN(environment_chooses);
    return REPORT();
}
