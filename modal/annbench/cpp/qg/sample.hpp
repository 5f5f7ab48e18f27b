// Rows spread over the data, for what is fitted rather than searched.
#pragma once

#include <cstddef>

#include "exact_rows.hpp"
#include "projection.hpp"

namespace ann {

/// A sample and the bytes that its rows point at.
struct SampledRows {
    /// `most` rows or all, evenly spread.
    SampledRows(const ExactRows& rows, std::size_t most);

    Sample sample;
    std::vector<std::uint32_t> ids;

private:
    AlignedArray<std::uint8_t> bytes_;
};

}  // namespace ann
