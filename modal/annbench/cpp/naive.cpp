#include "naive.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "exact.hpp"
#include "within_reach.hpp"

namespace ann {

class NaiveSearcher final : public Searcher {
public:
    explicit NaiveSearcher(const Naive& index)
        : index_(index), exact_(index.rows_, index.given_), query_(index.rows_.stride()) {
        if (!index.is_bytes()) return;
        numbers_ = AlignedArray<std::uint8_t>(index.bytes_->query_bytes());
        given_.resize(index.dim());
        row_ = AlignedArray<float>(query_.size());
    }

    void search(const float* query, std::size_t k, std::int32_t* ids) override {
        if (!index_.rows_.prepare(query, query_.data())) {  // as far from one row as from another
            std::iota(ids, ids + k, 0);
            return;
        }
        exact_.set(query, query_.data());
        distances_ += index_.count();
        index_.is_bytes() ? by_bytes(query, k, ids) : by_floats(k, ids);
    }

private:
    /// Rows per kernel call.
    static constexpr std::size_t kRows = 64;

    void by_bytes(const float* query, std::size_t k, std::int32_t* ids) {
        const ByteRows& rows = *index_.bytes_;
        std::int32_t constant = 0;
        bytes_.reset(k, rows.prepare(query, numbers_.data(), constant));
        for (std::size_t tile = 0; tile < rows.tiles(); ++tile)
            rows.scan(tile, numbers_.data(), &constant, 1, &bytes_);
        bytes_read_ += rows.bytes();
        bytes_.each(
            [&](std::uint32_t id) {
                rows.row(id, given_.data());
                index_.rows_.write_row(given_.data(), row_.data());
                return exact_.squared_to(row_.data());
            },
            [ids](std::size_t i, std::uint32_t id, double) { ids[i] = static_cast<std::int32_t>(id); });
    }

    void by_floats(std::size_t k, std::int32_t* ids) {
        const Rows& rows = index_.rows_;
        floats_.reset(FloatReach(rows, query_.data()), k);
        std::uint32_t places[kRows];
        float found[kRows];
        for (std::size_t begin = 0; begin < index_.count(); begin += kRows) {
            const std::size_t count = std::min(kRows, index_.count() - begin);
            std::iota(places, places + count, static_cast<std::uint32_t>(begin));
            kernels().gather(query_.data(), rows.data(), rows.stride(), places, count, floats_.reach(), found);
            for (std::size_t i = 0; i < count; ++i) floats_.offer(found[i], places[i]);
        }
        const auto& ranked = floats_.rank(k, [this](std::uint32_t id) { return exact_.squared(id); });
        for (std::size_t i = 0; i < k; ++i) ids[i] = static_cast<std::int32_t>(ranked[i].id);
    }

    const Naive& index_;
    ExactQuery exact_;
    AlignedArray<float> query_;
    FloatCandidates floats_;
    ByteCandidates bytes_;
    AlignedArray<std::uint8_t> numbers_;
    std::vector<float> given_;
    AlignedArray<float> row_;
};

Naive::Naive(const MatrixView& train, Metric metric, unsigned threads)
    : count_(train.rows),
      rows_(Rows::form_of(train, metric, threads)),
      given_(metric == Metric::angular ? train : MatrixView{}) {
    if (metric == Metric::euclidean) bytes_ = ByteRows::of(train, threads);
    if (!bytes_) rows_.take(train, 0, train.rows, threads);
}

std::size_t Naive::bytes() const {
    return rows_.bytes() + (bytes_ ? bytes_->bytes() : 0) + given_.rows * given_.dim * sizeof(float);
}

std::unique_ptr<Searcher> Naive::searcher() const {
    return std::make_unique<NaiveSearcher>(*this);
}

}  // namespace ann
