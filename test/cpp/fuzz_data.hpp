// Small data sets of all kinds that are hard on an index, and indexes of them.
#pragma once

#include <unistd.h>

#include <string>

#include "fuzz.hpp"
#include "qg/quantized_graph.hpp"

struct FuzzedData {
    explicit FuzzedData(Draw& draw)
        : rows(draw.of_any_size(1, 400)), dim(draw.of_any_size(1, 300)),
          metric(draw.one_in(2) ? ann::Metric::euclidean : ann::Metric::angular),
          train(rows * dim), test(kQueries * dim) {
        kind_ = draw.between(0, 6);
        scale_ = draw.any({1.0f, 1.0f, 1.0f, 1e-6f, 1e-20f, 1e-30f, 1e6f, 1e12f});
        middle_ = draw.any({0.0f, 0.0f, 0.0f, 100.0f, -1e4f, 1e5f});
        centres_ = draw.between(1, 8);
        for (float& x : train) x = value(draw, static_cast<std::size_t>(&x - train.data()));
        for (float& x : test) x = value(draw, static_cast<std::size_t>(&x - test.data()));
        if (draw.one_in(3)) copy_rows(draw);
        if (draw.one_in(4))
            for (std::size_t times = draw.between(1, rows); times > 0; --times) zero(train, draw.between(0, rows - 1));
        if (draw.one_in(4)) zero(test, 0);
        for (std::size_t q = 1; q < kQueries; q += 2)  // a row, or nearly
            for (std::size_t j = 0; j < dim; ++j)
                test[q * dim + j] = train[q * 7919 % rows * dim + j] * (q % 4 == 1 ? 1.0f : 1.001f);
        if (draw.one_in(8)) test[2 * dim] = scale_ * 1000.0f;  // far from everything
    }

    [[nodiscard]] ann::MatrixView view() const { return {train.data(), rows, dim}; }
    [[nodiscard]] const float* query(std::size_t q) const { return test.data() + q * dim; }

    static constexpr std::size_t kQueries = 8;
    std::size_t rows, dim;
    ann::Metric metric;
    std::vector<float> train, test;

private:
    float value(Draw& draw, std::size_t at) {
        const std::size_t row = at / dim, column = at % dim;
        const float centre = ann::random_sign_sum(row % centres_, column);
        const auto whole = [](float x) { return static_cast<float>(static_cast<int>(x)); };
        switch (kind_) {
            case 0: return scale_ * (middle_ + draw.normal());
            case 1: return scale_ * (middle_ + 3.0f * centre + 1e-3f * draw.normal());  // crowds
            case 2: return whole(middle_ + 255.0f * std::fabs(draw.spread()));          // bytes
            case 3: return whole(middle_ + 4.0f * draw.spread());                       // ties
            case 4: return draw.one_in(12) ? scale_ * draw.spread() : 0.0f;             // mostly zeros
            case 5: return scale_ * (column == 0 ? 1e3f * draw.normal() : draw.normal());
            default: return scale_ * centre;                                            // few rows, often
        }
    }
    void copy_rows(Draw& draw) {
        const std::size_t sources = draw.between(1, rows);
        for (std::size_t i = 0; i < rows; ++i)
            if (!draw.one_in(3))
                std::memcpy(train.data() + i * dim, train.data() + draw.between(0, sources - 1) * dim,
                            dim * sizeof(float));
    }
    void zero(std::vector<float>& values, std::size_t row) const {
        for (std::size_t j = 0; j < dim; ++j) values[row * dim + j] = 0.0f;
    }

    std::size_t kind_, centres_;
    float scale_, middle_;
};

inline ann::QuantizedGraph fuzzed_index(Draw& draw, const FuzzedData& data) {
    ann::QuantizedGraphParams params;
    params.degree = draw.of_any_size(1, 24) * 4;
    params.ef_construction = draw.of_any_size(1, 200);
    params.seed = draw.bits();
    if (!draw.one_in(3)) {
        params.shape.wide = static_cast<std::uint32_t>(draw.between(0, 3));
        params.shape.narrow = static_cast<std::uint32_t>(draw.between(0, 3));
    }
    ann::Progress progress;
    return ann::QuantizedGraph(data.view(), data.metric, params, static_cast<unsigned>(draw.between(1, 3)), progress);
}

/// A place for a file of this process's own.
inline std::string fuzz_path() {
    const char* folder = std::getenv("TMPDIR");
    return std::string(folder ? folder : "/tmp") + "/fuzz-" + std::to_string(getpid()) + ".index";
}
