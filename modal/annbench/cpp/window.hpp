// A few thousand rows at a time, laid out for many queries.
#pragma once

#include <cstddef>
#include <cstdint>

#include "matrix.hpp"
#include "memory.hpp"
#include "rows.hpp"
#include "within_reach.hpp"

namespace ann {

/// Rows of a larger set, one behind the other as Rows has them and, in tiles of kFloatTile, dimension
/// by dimension. A tile is compared with kFloatQueries queries at a time, a stretch of dimensions after
/// the other, for as long as many of its rows are within reach; what few remain go on by themselves.
class Window {
public:
    /// `form` of `all`; it holds the window's rows from then on. Both must outlive this.
    Window(Rows& form, const MatrixView& all);

    [[nodiscard]] std::size_t most_rows() const { return most_rows_; }
    [[nodiscard]] std::size_t tiles() const { return (form_.count() + kFloatTile - 1) / kFloatTile; }

    /// Holds most_rows() rows from row `first` on, or what there is.
    void move_to(std::size_t first, unsigned threads);

    /// Offers the rows of a tile to `count` <= kFloatQueries queries whose `wanted` is not 0.
    /// `queries`: prepared, one behind the other; kFloatQueries can be read.
    void scan(std::size_t tile, const float* queries, const char* wanted, std::size_t count,
              FloatCandidates* candidates) const;

private:
    Rows& form_;
    const MatrixView& all_;
    std::size_t most_rows_;
    std::size_t first_ = 0;
    AlignedArray<float> tiles_;
};

}  // namespace ann
