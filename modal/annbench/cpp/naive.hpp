// Exact search: look at every row.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "byte_rows.hpp"
#include "rows.hpp"
#include "searcher.hpp"

namespace ann {

/// Euclidean rows of whole numbers that span 255 at most are kept as bytes; a query of such numbers
/// reads each byte once, and nothing is to be ranked again. Else float32 finds all rows that may be
/// among the nearest (within_reach.hpp), and double ranks these.
class Naive {
public:
    /// `train` n x dim. Under angular it must stay as it is for as long as this lives: the final
    /// ranking looks at the rows as given. Errors as for Rows.
    Naive(const MatrixView& train, Metric metric, unsigned threads);

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t dim() const { return rows_.dim(); }
    [[nodiscard]] bool is_bytes() const { return bytes_.has_value(); }
    /// With the rows as given, where it looks at them.
    [[nodiscard]] std::size_t bytes() const;
    /// The k nearest, ties by id: the same on every instruction set.
    [[nodiscard]] std::unique_ptr<Searcher> searcher() const;

private:
    friend class NaiveSearcher;

    std::size_t count_ = 0;
    Rows rows_;  // of bytes the form alone
    std::optional<ByteRows> bytes_;
    MatrixView given_;
};

}  // namespace ann
