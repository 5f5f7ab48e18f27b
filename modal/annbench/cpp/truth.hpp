// The true neighbours of many queries.
#pragma once

#include <cstddef>
#include <cstdint>

#include "matrix.hpp"
#include "progress.hpp"

namespace ann {

/// The k nearest rows of each query, exactly, ties by id: the same on every instruction set.
/// ids: m x k int32; distances: m x k float32 in the metric's own unit (sqrt, or 1 - cos).
/// Whole numbers within 255 of each other are compared as bytes, for which a copy of a quarter of
/// `train` is made. For others float32 finds all rows that may be among the nearest
/// (Rows::reach), double ranks these; `train` is copied a few megabytes at a time.
/// progress counts queries. Throws Stopped, std::invalid_argument when k > n, and as Rows does.
void exact_neighbours(const MatrixView& train, Metric metric, const MatrixView& queries,
                      std::size_t k, unsigned threads, Progress& progress, std::int32_t* ids,
                      float* distances);

}  // namespace ann
