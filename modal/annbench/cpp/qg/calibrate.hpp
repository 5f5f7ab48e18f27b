// What an index learns from its own rows before anybody asks it.
#pragma once

#include <cstdint>

#include "../matrix.hpp"
#include "../progress.hpp"
#include "codes.hpp"
#include "exact_rows.hpp"

namespace ann {

struct QuantizedGraphParams;

/// The shape of codes that costs a search the fewest bytes. Short codes are cheap to fetch, but then a
/// walk goes astray, and more rows have to be looked at in the end; which is worse depends on the data.
/// So a part of the rows is indexed with each shape that may do, and asked for some of the rest with
/// the least effort that finds 0.99 of the neighbours. Few rows are not worth that: for these it is the
/// shape that does mostly.
CodeShape choose_shape(const MatrixView& train, Metric metric, const QuantizedGraphParams& params,
                       unsigned threads, Progress& progress);

/// How much too high the estimate of a near row may be, beside those of other rows near the same query:
/// a share of the squared distance. It is exceeded by one in 200 of the nearest ten.
float margin_of(const ExactRows& rows, const Coder& coder, const std::uint8_t* codes);

/// What rows are estimated to be away from themselves, in the mean: below that an estimate tells nothing.
float floor_of(const ExactRows& rows, const Coder& coder, const std::uint8_t* codes);

}  // namespace ann
