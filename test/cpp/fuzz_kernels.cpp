// All kernels of this processor on random shapes and values, against plain loops.
#include <limits>

#include "fuzz.hpp"
#include "kernels/bytes.hpp"
#include "kernels/kernels.hpp"
#include "memory.hpp"

namespace {

using ann::AlignedArray;
using ann::kWord;

/// Whole numbers, the limits among them often: there sums saturate that should not.
template <class T>
AlignedArray<T> bytes(Draw& draw, std::size_t count, int least, int most) {
    AlignedArray<T> out(count);
    const std::size_t limits = draw.any<std::size_t>({1, 2, 4, 1000});
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<T>(draw.one_in(limits)
                                    ? draw.any({least, most})
                                    : least + static_cast<int>(draw.between(0, static_cast<std::size_t>(most - least))));
    return out;
}

std::vector<std::uint32_t> some_ids(Draw& draw, std::size_t below) {
    std::vector<std::uint32_t> ids(draw.between(0, 40));
    for (std::uint32_t& id : ids) id = static_cast<std::uint32_t>(draw.between(0, below - 1));
    return ids;
}

void dots(Draw& draw) {
    const std::size_t size = draw.of_any_size(1, 40) * kWord, rows = draw.between(1, 12);
    const auto codes = bytes<std::uint8_t>(draw, rows * size, 0, 255);
    const auto query = bytes<std::int8_t>(draw, size, -128, 127);
    for (const ann::ByteKernels* kernel : ann::available_byte_kernels())
        for (std::size_t i = 0; i < rows; ++i) {
            std::int32_t wanted = 0;
            for (std::size_t j = 0; j < size; ++j) wanted += codes[i * size + j] * query[j];
            CHECK(kernel->dot(codes.data() + i * size, query.data(), size) == wanted);
        }
}

void estimates(Draw& draw) {
    ann::CodeShape shape{static_cast<std::uint32_t>(draw.between(0, 4)), 0};
    shape.narrow = static_cast<std::uint32_t>(draw.between(shape.wide == 0 ? 1 : 0, 4));
    const std::size_t rows = draw.between(1, 20), size = shape.bytes(), wide = shape.wide * kWord;
    auto codes = bytes<std::uint8_t>(draw, rows * size, 0, 255);
    auto query = bytes<std::int8_t>(draw, shape.query_bytes(), -128, 127);
    std::memset(query.data() + query.size() - 4, 0, 4);
    if (shape.narrow > 0) std::memset(query.data() + query.size() - kWord - 4, 0, 4);
    const float scale = draw.spread(), offset = 100.0f * draw.spread();
    std::vector<float> wanted(rows);
    for (std::size_t r = 0; r < rows; ++r) {
        std::uint8_t* code = codes.data() + r * size;
        for (std::size_t i = 0; i < wide; ++i) code[i] &= 127;
        const float constant = 100.0f * draw.spread();
        std::memcpy(code + size - 4, &constant, 4);
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < wide; ++i) sum += code[i] * query[i];
        for (std::size_t i = 0; i < shape.narrow * kWord; ++i) {
            const std::int8_t* halves = query.data() + wide + i / kWord * 2 * kWord + i % kWord;
            sum += (code[wide + i] & 15) * halves[0] + (code[wide + i] >> 4) * halves[kWord];
        }
        wanted[r] = (constant + offset) + scale * static_cast<float>(sum);
    }
    const auto ids = some_ids(draw, rows);
    for (const ann::ByteKernels* kernel : ann::available_byte_kernels()) {
        std::vector<float> all(rows), found(ids.size());
        kernel->estimate_all(codes.data(), shape, rows, query.data(), scale, offset, all.data());
        CHECK(all == wanted);
        kernel->estimate(codes.data(), shape, ids.data(), ids.size(), query.data(), scale, offset, found.data());
        for (std::size_t i = 0; i < ids.size(); ++i) CHECK(found[i] == wanted[ids[i]]);
    }
}

void projections(Draw& draw) {
    const std::size_t inputs = draw.of_any_size(1, 400), outputs = draw.between(1, 24) * 16;
    const std::size_t groups = (inputs + 3) / 4;
    auto x = bytes<std::uint8_t>(draw, groups * 4, 0, 255);
    const bool sparse = draw.one_in(2);
    for (std::size_t i = 0; i < groups * 4; ++i)
        if (i >= inputs || (sparse && !draw.one_in(5))) x[i] = 0;
    const auto matrix = bytes<std::int8_t>(draw, groups * 4 * outputs, -127, 127);
    for (const ann::ByteKernels* kernel : ann::available_byte_kernels()) {
        AlignedArray<std::int32_t> found(outputs);
        kernel->project(x.data(), matrix.data(), inputs, outputs, found.data());
        for (std::size_t o = 0; o < outputs; ++o) {
            std::int32_t wanted = 0;
            for (std::size_t i = 0; i < inputs; ++i)
                wanted += x[i] * matrix[(i / 4 * outputs + o) * 4 + i % 4];
            CHECK(found[o] == wanted);
        }
    }
}

void distances(Draw& draw) {
    const std::size_t stride = draw.of_any_size(1, 80) * ann::kLane, rows = draw.between(1, 12);
    const float size = draw.any({1e-15f, 1.0f, 1.0f, 1e15f}), middle = draw.any({0.0f, 0.0f, 1e3f});
    AlignedArray<float> all(rows * stride), query(stride);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = size * (middle + draw.spread());
    for (std::size_t i = 0; i < stride; ++i) query[i] = size * (middle + draw.spread());
    const auto ids = some_ids(draw, rows);
    const ann::Kernels& scalar = *ann::available_kernels().front();
    const float unbounded = std::numeric_limits<float>::infinity();
    const float bound = draw.any({unbounded, size * size * static_cast<float>(draw.between(0, stride))});
    for (const ann::Kernels* kernel : ann::available_kernels()) {
        std::vector<float> found(ids.size());
        kernel->gather(query.data(), all.data(), stride, ids.data(), ids.size(), bound, found.data());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const float* row = all.data() + ids[i] * stride;
            double wanted = 0.0;
            for (std::size_t j = 0; j < stride; ++j) {
                const double apart = static_cast<double>(query[j]) - row[j];
                wanted += apart * apart;
            }
            const float whole = kernel->pair(query.data(), row, stride, unbounded);
            CHECK(std::fabs(whole - wanted) <= wanted * static_cast<double>(stride) * 0x1p-24);
            CHECK(whole == scalar.pair(query.data(), row, stride, unbounded));
            CHECK(found[i] == scalar.pair(query.data(), row, stride, bound));
            CHECK(whole < bound ? found[i] == whole : found[i] >= bound);
        }
    }
}

}  // namespace

int main() {
    return fuzz("kernels", 0.15, [](Draw& draw) {
        dots(draw);
        estimates(draw);
        projections(draw);
        distances(draw);
    });
}
