#include "projection.hpp"

#include <algorithm>
#include <cmath>

#include "../kernels/bytes.hpp"
#include "../parallel.hpp"
#include "linear.hpp"

namespace ann {
namespace {

/// Sum of x xT over the rows of a sample.
Dense scatter(const Sample& sample, std::size_t dim, unsigned threads) {
    Dense sum(dim, dim);
    parallel_blocks(dim, 8, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        for (std::size_t s = 0; s < sample.rows.size(); ++s) {
            const float* x = sample.values.data() + s * dim;
            for (std::size_t i = begin; i < end; ++i) {
                if (x[i] == 0.0f) continue;
                float* row = sum.row(i);
                for (std::size_t j = 0; j < dim; ++j) row[j] += x[i] * x[j];
            }
        }
    });
    return sum;
}

/// Rows `from` … of a matrix turned among each other.
void turn(Dense& matrix, std::size_t from, std::size_t count, std::uint64_t seed) {
    if (count == 0) return;
    Dense part(count, matrix.columns);
    std::copy_n(matrix.row(from), part.values.size(), part.values.begin());
    const Dense turned = product(random_rotation(count, seed), part, 1);
    std::copy(turned.values.begin(), turned.values.end(), matrix.row(from));
}

std::size_t padded(std::size_t count) { return (count + 15) / 16 * 16; }

}  // namespace

Projection::Projection(const Sample& sample, std::size_t wide, std::size_t narrow, bool centred,
                       unsigned threads)
    : dim_(sample.mean.size()), wide_(std::min(wide, dim_)), narrow_(std::min(narrow, dim_ - wide_)),
      outputs_(padded(wide_ + narrow_)) {
    const std::size_t kept = wide_ + narrow_;
    // Where all dimensions are kept in one part, any rotation does.
    Dense directions = kept == dim_ && (wide_ == 0 || narrow_ == 0)
                           ? random_rotation(dim_, 2)
                           : leading_directions(scatter(sample, dim_, threads), kept, threads);
    turn(directions, 0, wide_, 3);
    turn(directions, wide_, narrow_, 4);

    const std::size_t groups = (dim_ + 3) / 4;
    matrix_ = AlignedArray<std::int8_t>(groups * outputs_ * 4);
    scale_.assign(outputs_, 0.0f);
    row_sum_.assign(outputs_, 0.0f);
    mean_.assign(outputs_, 0.0f);
    for (std::size_t o = 0; o < kept; ++o) {
        const float* direction = directions.row(o);
        float most = 0.0f;
        for (std::size_t i = 0; i < dim_; ++i) most = std::max(most, std::fabs(direction[i]));
        scale_[o] = most / 127.0f;
        double mean = 0.0;
        for (std::size_t i = 0; i < dim_; ++i) {
            const auto value = static_cast<std::int8_t>(std::nearbyint(direction[i] / scale_[o]));
            matrix_[(i / 4 * outputs_ + o) * 4 + i % 4] = value;
            row_sum_[o] += value;
            mean += static_cast<double>(value) * sample.mean[i];
        }
        mean_[o] = centred ? 0.0f : static_cast<float>(mean) * scale_[o];
    }
}

void Projection::apply(const ByteRow& row, std::int32_t* sums, float* out) const {
    byte_kernels().project(row.bytes, matrix_.data(), dim_, outputs_, sums);
    byte_kernels().scaled(sums, row_sum_.data(), scale_.data(), mean_.data(), outputs_, row.zero, row.unit,
                          out);
}

bool Projection::is_sound(std::size_t dim) const {
    return dim_ == dim && wide_ <= dim_ && narrow_ <= dim_ && outputs_ == padded(wide_ + narrow_) &&
           matrix_.size() == (dim_ + 3) / 4 * outputs_ * 4 && scale_.size() == outputs_ &&
           row_sum_.size() == outputs_ && mean_.size() == outputs_;
}

std::size_t Projection::bytes() const {
    return matrix_.bytes() + (scale_.capacity() + row_sum_.capacity() + mean_.capacity()) * sizeof(float);
}

}  // namespace ann
