// Builds indexes of data that are the same on every machine, and prints what they and their answers
// come to: instruction sets and processors are compared by this text (same_bits.cmake).
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "archive.hpp"
#include "kernels/bytes.hpp"
#include "kernels/kernels.hpp"
#include "qg/quantized_graph.hpp"
#include "random.hpp"

namespace {

using ann::Metric;

struct Case {
    const char* name;
    std::size_t rows, dim;
    Metric metric;
    enum Values { real, whole, tenths } values;
    ann::CodeShape shape;
};

/// Rows around ten centres. Without any function of the C library, whose last bits differ by machine.
std::vector<float> cloud(const Case& one, std::size_t rows, std::uint64_t seed) {
    std::vector<float> values(rows * one.dim);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::uint64_t centre = ann::random_bits(seed, i) % 10;
        for (std::size_t j = 0; j < one.dim; ++j) {
            const float noise = static_cast<float>(ann::random_bits(seed + 1, i * one.dim + j) >> 40) * 0x1p-24f;
            const float x = ann::random_sign_sum(7, centre * one.dim + j) + 2.0f * noise;
            float& value = values[i * one.dim + j];
            if (one.values == Case::real) value = x;
            if (one.values == Case::whole) value = static_cast<float>(static_cast<int>(128.0f + 12.0f * x));
            // Many distances are equal but for rounding: their order tells how they were summed.
            if (one.values == Case::tenths) value = static_cast<float>(static_cast<int>(8.0f + x)) * 0.1f;
        }
    }
    return values;
}

std::uint64_t checksum(const void* data, std::size_t bytes) {
    ann::Checksum sum;
    sum.add(data, bytes);
    return sum.value();
}

void digest(const Case& one, const std::string& path) {
    std::vector<float> train = cloud(one, one.rows, 1);
    for (std::size_t j = 0; j < one.dim; ++j) {
        train[5 * one.dim + j] = train[9 * one.dim + j];  // a copy
        train[11 * one.dim + j] = 0.0f;
    }
    constexpr std::size_t kQueries = 40, kNeighbours = 10;
    const std::vector<float> queries = cloud(one, kQueries, 2);
    ann::Progress progress;
    ann::QuantizedGraphParams params;
    params.shape = one.shape;
    const ann::QuantizedGraph index({train.data(), one.rows, one.dim}, one.metric, params, 1, progress);
    index.save(path);
    std::ifstream in(path, std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    std::remove(path.c_str());

    std::vector<std::int32_t> ids(kQueries * kNeighbours);
    std::uint64_t looked = 0;
    for (const std::size_t effort : {1000, 1200}) {
        const auto searcher = index.searcher(effort);
        for (std::size_t q = 0; q < kQueries; ++q)
            searcher->search(queries.data() + q * one.dim, kNeighbours, ids.data() + q * kNeighbours);
        looked += searcher->distances();
    }
    std::printf("%s: file %016llx of %zu bytes, answers %016llx, %llu distances\n", one.name,
                static_cast<unsigned long long>(checksum(file.data(), file.size())), file.size(),
                static_cast<unsigned long long>(checksum(ids.data(), ids.size() * sizeof ids[0])),
                static_cast<unsigned long long>(looked));
}

}  // namespace

/// qg_digest FILE: a place for the files that are summed up.
int main(int count, char** words) {
    if (count != 2) return EXIT_FAILURE;
    std::fprintf(stderr, "%s, bytes by %s\n", ann::kernels().isa, ann::byte_kernels().isa);
    const Case cases[] = {
        {"floats", 900, 50, Metric::euclidean, Case::real, {}},
        {"angular floats", 700, 100, Metric::angular, Case::real, {}},
        {"whole numbers", 900, 33, Metric::euclidean, Case::whole, {}},
        {"angular whole numbers", 500, 70, Metric::angular, Case::whole, {}},
        {"many dimensions", 300, 260, Metric::euclidean, Case::whole, {1, 2}},
        {"wide codes", 400, 96, Metric::euclidean, Case::real, {2, 0}},
        {"mixed codes", 400, 130, Metric::angular, Case::real, {1, 1}},
        {"tenths", 900, 40, Metric::euclidean, Case::tenths, {}},
        {"angular tenths", 600, 40, Metric::angular, Case::tenths, {}},
        {"long codes", 300, 300, Metric::euclidean, Case::real, {0, 3}},
    };
    for (const Case& one : cases) digest(one, words[1]);
    return EXIT_SUCCESS;
}
