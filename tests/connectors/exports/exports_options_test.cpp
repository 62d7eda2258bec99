#include "connectors/exports/exports_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ExportsOptions with(ExportFile file) { return {.files = {std::move(file)}}; }

TEST(ExportsOptions, an_address_or_a_path_is_enough) {
  EXPECT_THAT(validate(with({.name = "m", .object = "Milestone", .url = "https://lms.example.com/m.csv"})),
              IsEmpty());
  EXPECT_THAT(
      validate(
          with({.name = "m", .object = "Milestone", .secret_url = Secret("https://s3.example.com/m?sig=1")})),
      IsEmpty());
  EXPECT_THAT(validate(with({.name = "m", .object = "Milestone", .path = "/srv/drop"})), IsEmpty());
}

TEST(ExportsOptions, plain_http_is_for_this_machine_alone_and_on_request) {
  ExportsOptions local = with({.name = "m", .object = "Milestone", .url = "http://127.0.0.1:8080/m.csv"});
  EXPECT_THAT(validate(local), ElementsAre(HasSubstr("allow_plain_loopback")));
  local.allow_plain_loopback = true;
  EXPECT_THAT(validate(local), IsEmpty());
  ExportsOptions far = with({.name = "m", .object = "Milestone", .url = "http://lms.example.com/m.csv"});
  far.allow_plain_loopback = true;
  EXPECT_THAT(validate(far), ElementsAre(HasSubstr("must begin with https://")));
}

TEST(ExportsOptions, a_faulty_secret_address_is_never_quoted) {
  const std::vector<std::string> faults =
      validate(with({.name = "m", .object = "Milestone", .secret_url = Secret("ftp://s3.example.com/hush")}));
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0], ::testing::Not(HasSubstr("hush")));
}

TEST(ExportsOptions, all_faults_are_told_at_once_with_their_export) {
  ExportsOptions options;
  options.files = {{.name = "a b", .object = "Milestone"},
                   {.name = "two", .object = "Absence", .url = "https://x.example/a", .path = "/srv"},
                   {.name = "two",
                    .object = "absence",
                    .url = "https://x.example/b",
                    .auth = {.kind = ExportAuth::Kind::kHeader, .header = "X Y"},
                    .complete = true,
                    .accept = "abc"}};
  EXPECT_THAT(
      validate(options),
      ElementsAre(HasSubstr("export a b: name has letters"), HasSubstr("needs one of url"),
                  HasSubstr("export two: has several of"), HasSubstr("export two: name is there twice"),
                  HasSubstr("auth needs a secret"), HasSubstr("\"X Y\" is no name of a header"),
                  HasSubstr("accept must be the SHA-256"), HasSubstr("complete cannot be true")));
}

TEST(ExportsOptions, basic_takes_a_user) {
  const ExportAuth auth{.kind = ExportAuth::Kind::kBasic, .secret = Secret("s")};
  EXPECT_THAT(
      validate(with({.name = "m", .object = "Milestone", .url = "https://x.example/m", .auth = auth})),
      ElementsAre(HasSubstr("auth by basic needs a user")));
}

TEST(ExportsOptions, what_only_the_secrets_tell_is_told_of_them_alone) {
  EXPECT_THAT(secret_faults({.name = "m", .object = "?"}, false), IsEmpty());
  EXPECT_THAT(
      secret_faults({.name = "m", .object = "?", .secret_url = Secret("https://x.example/a b")}, false),
      ElementsAre("export m: secret_url is no address; write https://HOST/FILE"));
  EXPECT_THAT(
      secret_faults(
          {.name = "m", .object = "?", .auth = {.kind = ExportAuth::Kind::kBearer, .secret = Secret("a\nb")}},
          false),
      ElementsAre(HasSubstr("auth has a secret with a line break")));
}

}  // namespace
}  // namespace plumbline
