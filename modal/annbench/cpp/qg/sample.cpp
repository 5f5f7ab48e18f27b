#include "sample.hpp"

#include <algorithm>
#include <cstring>

#include "../kernels/bytes.hpp"

namespace ann {

SampledRows::SampledRows(const ExactRows& rows, std::size_t most) {
    const std::size_t count = std::min(rows.count(), most), dim = rows.inner_dim();
    const std::size_t stride = (dim + kWord - 1) / kWord * kWord;
    bytes_ = AlignedArray<std::uint8_t>(count * stride);
    sample.mean = rows.mean();
    sample.values.resize(count * dim);
    ExactQueryRow scratch = rows.scratch();
    for (std::size_t s = 0; s < count; ++s) {
        const auto id = static_cast<std::uint32_t>(s * rows.count() / count);
        ids.push_back(id);
        ByteRow row = rows.byte_row(id, scratch);
        std::memcpy(bytes_.data() + s * stride, row.bytes, dim);
        row.bytes = bytes_.data() + s * stride;
        sample.rows.push_back(row);
        rows.centred_row(id, sample.values.data() + s * dim);
    }
}

}  // namespace ann
