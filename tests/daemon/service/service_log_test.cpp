#include "daemon/service/service_log.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

class KeptLog : public ServiceLog {
 public:
  void write(LogLevel /*level*/, const std::string& line) override { kept = line; }
  std::string kept;
};

TEST(ServiceLog, an_event_is_one_line_of_keys_and_values) {
  KeptLog log;
  log.event(LogLevel::kInfo, "sync", {{"source", "salesforce:main"}, {"rows", "12"}});
  EXPECT_EQ(log.kept, "event=sync source=salesforce:main rows=12");
}

TEST(ServiceLog, values_that_are_no_single_word_stand_in_quotes) {
  EXPECT_EQ(log_value("salesforce:main"), "salesforce:main");
  EXPECT_EQ(log_value(""), "\"\"");
  EXPECT_EQ(log_value("two words"), "\"two words\"");
  EXPECT_EQ(log_value("a=\"b\"\nforged=1"), "\"a=\\\"b\\\" forged=1\"");
}

TEST(ServiceLog, long_values_are_cut) {
  const std::string value = log_value(std::string(10'000, 'x'));
  EXPECT_LT(value.size(), 2'100U);
  EXPECT_TRUE(value.ends_with("...\""));
}

}  // namespace
}  // namespace plumbline
