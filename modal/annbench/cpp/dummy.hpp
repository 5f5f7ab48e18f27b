// An index that knows nothing and answers at once: how fast the harness itself can ask.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "searcher.hpp"

namespace ann {

/// Answers every query with the rows 0, 1, … k-1. It reads neither rows nor query, so whatever a
/// pass over it takes is what the clock, the loop and the writing of k ids take.
class Dummy {
public:
    Dummy(std::size_t rows, std::size_t dim) : rows_(rows), dim_(dim) {
        if (rows == 0 || dim == 0) throw std::invalid_argument("train must not be empty");
    }

    [[nodiscard]] std::size_t count() const { return rows_; }
    [[nodiscard]] std::size_t dim() const { return dim_; }
    [[nodiscard]] std::size_t bytes() const { return sizeof *this; }

    [[nodiscard]] std::unique_ptr<Searcher> searcher(std::size_t k) const {
        class Same final : public Searcher {
        public:
            explicit Same(std::size_t k) : ids_(k) { std::iota(ids_.begin(), ids_.end(), 0); }
            void search(const float*, std::size_t k, std::int32_t* ids) override {
                std::copy_n(ids_.begin(), std::min(k, ids_.size()), ids);
            }

        private:
            std::vector<std::int32_t> ids_;
        };
        return std::make_unique<Same>(k);
    }

private:
    std::size_t rows_;
    std::size_t dim_;
};

}  // namespace ann
