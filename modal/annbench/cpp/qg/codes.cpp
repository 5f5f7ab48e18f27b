#include "codes.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "../kernels/strands.hpp"

namespace ann {
namespace {

/// Grid steps in units of the standard deviation. 16 levels: the best for normal values (J. Max:
/// Quantizing for minimum distortion, IRE Trans. Inf. Theory 6(1), 1960, table II). 128 levels: 5
/// deviations each way, so that next to nothing is cut off.
constexpr float kNarrowStep = 0.3352f, kWideStep = 10.0f / 128.0f;
constexpr float kNarrowMiddle = 7.5f, kWideMiddle = 63.5f;

/// The grid point nearest to a value, 0 … 2 * middle.
std::uint8_t grid(float value, float per_step, float middle) {
    const float at = value * per_step + (middle + 0.5f);
    return static_cast<std::uint8_t>(within(at, 0.0f, 2.0f * middle));
}

double sum_of_squares(const float* values, std::size_t count) {
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
    return sum;
}

float deviation(double squares, std::size_t count) {
    const double variance = count == 0 ? 0.0 : squares / static_cast<double>(count);
    return variance > 0.0 ? static_cast<float>(std::sqrt(variance)) : 1.0f;
}

}  // namespace

std::size_t wide_values(CodeShape shape) {
    return shape.wide * kWord - (shape.narrow == 0 ? sizeof(float) : 0);
}

std::size_t narrow_values(CodeShape shape) {
    return shape.narrow == 0 ? 0 : 2 * (shape.narrow * kWord - sizeof(float));
}

Coder::Coder(const Sample& sample, CodeShape shape, bool centred, unsigned threads)
    : shape_(shape),
      projection_(sample, wide_values(shape), narrow_values(shape), centred, threads) {
    CodeScratch scratch(projection_);
    const std::size_t wide = projection_.wide(), narrow = projection_.narrow();
    double in_wide = 0.0, in_narrow = 0.0;
    for (const ByteRow& row : sample.rows) {
        projection_.apply(row, scratch.sums.data(), scratch.values.data());
        in_wide += sum_of_squares(scratch.values.data(), wide);
        in_narrow += sum_of_squares(scratch.values.data() + wide, narrow);
    }
    wide_step_ = kWideStep * deviation(in_wide, sample.rows.size() * wide);
    narrow_step_ = kNarrowStep * deviation(in_narrow, sample.rows.size() * narrow);
}

// Narrow values stand in the order of the bytes: first the low halves of all narrow words, the last
// of which has four places less, then the high halves. `half`: how many of each there are.

void Coder::encode(const ByteRow& row, CodeScratch& scratch, std::uint8_t* code) const {
    const std::size_t wide = projection_.wide(), narrow = projection_.narrow();
    const std::size_t half = narrow_values(shape_) / 2;
    float* values = scratch.values.data();
    projection_.apply(row, scratch.sums.data(), values);

    double stands_for = 0.0, missed = row.square - sum_of_squares(values, wide + narrow);
    const auto put = [&](float value, float step, float middle) {
        const std::uint8_t at = grid(value, 1.0f / step, middle);
        const double known = (static_cast<double>(at) - middle) * step;
        stands_for += known * known;
        missed += (value - known) * (value - known);
        return at;
    };
    std::memset(code, 0, shape_.bytes());
    for (std::size_t i = 0; i < wide; ++i) code[i] = put(values[i], wide_step_, kWideMiddle);
    std::uint8_t* halves = code + shape_.wide * kWord;
    for (std::size_t i = 0; i < narrow; ++i) {
        const std::uint8_t at = put(values[wide + i], narrow_step_, kNarrowMiddle);
        halves[i % half] |= static_cast<std::uint8_t>(i < half ? at : at << 4);
    }
    // Directions of bytes are only nearly orthonormal: what they leave of a row may be less than nothing.
    const auto constant = static_cast<float>(stands_for + std::max(missed, 0.0));
    std::memcpy(code + shape_.bytes() - sizeof constant, &constant, sizeof constant);
}

CodedQuery Coder::query(const ByteRow& row, CodeScratch& scratch, std::int8_t* out) const {
    const std::size_t wide = projection_.wide(), narrow = projection_.narrow();
    float* values = scratch.values.data();
    projection_.apply(row, scratch.sums.data(), values);
    for (std::size_t i = 0; i < wide; ++i) values[i] *= wide_step_;
    for (std::size_t i = wide; i < wide + narrow; ++i) values[i] *= narrow_step_;
    const float most = byte_kernels().most(values, wide + narrow);
    const float scale = most > 0.0f ? most / 127.0f : 1.0f;
    const float per_scale = 1.0f / scale;
    std::memset(out, 0, shape_.query_bytes());
    const auto put = [per_scale](const float* from, std::size_t count, std::int8_t* to) {
        return byte_kernels().rounded(from, count, per_scale, to);
    };
    const std::int32_t in_wide = put(values, wide, out);
    std::int32_t in_narrow = 0;
    const std::size_t half = std::min(narrow, narrow_values(shape_) / 2);
    std::int8_t* to = out + shape_.wide * kWord;
    for (std::size_t at = 0; at < half; at += kWord, to += 2 * kWord)
        in_narrow += put(values + wide + at, std::min(kWord, half - at), to);
    to = out + shape_.wide * kWord + kWord;
    for (std::size_t at = half; at < narrow; at += kWord, to += 2 * kWord)
        in_narrow += put(values + wide + at, std::min(kWord, narrow - at), to);
    return {out, -2.0f * scale,
            row.square + 2.0f * scale * (kWideMiddle * static_cast<float>(in_wide) +
                                         kNarrowMiddle * static_cast<float>(in_narrow))};
}

bool Coder::is_sound(std::size_t dim) const {
    return projection_.is_sound(dim) && projection_.wide() <= wide_values(shape_) &&
           projection_.narrow() <= narrow_values(shape_);
}

}  // namespace ann
