#include "sandbox/anchors/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/testing.h"

namespace plumbline::sandbox {
namespace {

constexpr std::string_view kCheckpoint =
    "plumbline/a\n12\nROOT=\nat 2026-05-06T08:00:00Z\n\n\xE2\x80\x94 plumbline/a c2ln\n";

class AnchorsTest : public testing::Test {
 protected:
  Response post(std::string_view body, std::string_view size = "12", std::string_view target = {}) {
    return sandbox_.send({.method = "POST",
                          .target = target.empty() ? sandbox_->anchors().target() : std::string(target),
                          .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                                      {"Plumbline-Checkpoint-Origin", "plumbline/a"},
                                      {"Plumbline-Checkpoint-Size", std::string(size)}},
                          .body = std::string(body)});
  }
  std::string kept() { return sandbox_.get("/control/anchors").body; }

  TestedSandbox sandbox_;
};

TEST_F(AnchorsTest, what_is_posted_is_kept_byte_for_byte) {
  EXPECT_EQ(post(kCheckpoint).status, 200);
  EXPECT_EQ(post(kCheckpoint).status, 200);
  const std::string one = std::string(kCheckpoint) + "\n";
  EXPECT_EQ(kept(), one + one);
}

TEST_F(AnchorsTest, only_its_secret_address_takes_anything) {
  EXPECT_EQ(post(kCheckpoint, "12", "/anchors/guess").status, 404);
  EXPECT_EQ(sandbox_.get(sandbox_->anchors().target()).status, 405);
  EXPECT_EQ(kept(), "");
}

TEST_F(AnchorsTest, headers_that_say_something_else_are_refused) {
  EXPECT_EQ(post(kCheckpoint, "13").status, 400);
  EXPECT_EQ(post("nonsense").status, 400);
  EXPECT_EQ(kept(), "");
}

TEST_F(AnchorsTest, a_fault_comes_instead_of_an_answer_and_nothing_is_kept) {
  sandbox_.control("faults", R"({"kind": "503", "on": "/anchors", "count": 1})");
  EXPECT_EQ(post(kCheckpoint).status, 503);
  EXPECT_EQ(kept(), "");
  EXPECT_EQ(post(kCheckpoint).status, 200);
}

}  // namespace
}  // namespace plumbline::sandbox
