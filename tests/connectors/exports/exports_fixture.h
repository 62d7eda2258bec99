// Exports answered from a script or put into a folder, taken into a sink in memory.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "connectors/exports/exports_source.h"
#include "tests/kit/memory_sink.h"
#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"
#include "tests/records/temp_folder.h"

namespace plumbline {

inline constexpr std::string_view kMilestonesUrl = "https://lms.example.com/exports/milestones.csv";

class ExportsFixture : public ::testing::Test {
 protected:
  ExportsFixture() {
    sink.refuse = [this](const Delivery& delivery) {
      deliveries.push_back(delivery);
      return std::optional<Error>{};
    };
    options.files.push_back(
        {.name = "milestones", .object = "Milestone", .url = std::string(kMilestonesUrl)});
  }

  Result<SourceReport> sync() {
    ExportsSource source(options, client, loop.get_executor());
    return run_async(loop, source.sync(sink, now));
  }
  // One that must not fail.
  SourceReport good_sync() {
    Result<SourceReport> report = sync();
    EXPECT_TRUE(report.has_value()) << (report ? std::string{} : report.error().message);
    return report ? std::move(*report) : SourceReport{};
  }
  static std::string rows(int from, int count, std::string_view header = "Id,UserEmail,Milestone") {
    std::string text = fmt::format("{}\n", header);
    for (int i = from; i < from + count; ++i)
      text += fmt::format("a0X{:012},user{}@example.com,Done\n", i, i);
    return text;
  }

  TempFolder folder;
  boost::asio::io_context loop;
  ScriptedClient client;
  MemorySink sink{folder.path_of("spool")};
  ExportsOptions options;
  Instant now = *parse_instant("2026-03-02T06:00:00Z");
  std::vector<Delivery> deliveries;
};

}  // namespace plumbline
