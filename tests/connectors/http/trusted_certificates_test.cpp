#include "connectors/http/trusted_certificates.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <thread>

#include "tests/kit/test_certificates.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

using Begin = TrustedCertificates::Begin;

// How many authorities; -1 where nothing was read.
int authorities_in(const TrustedCertificates::Store& store) {
  return store ? sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get())) : -1;
}

class TrustedCertificatesTest : public ::testing::TestWithParam<Begin> {
 protected:
  TrustedCertificatesTest() { folder_.write("ca.pem", TestAuthority().certificate()); }
  std::string file() const { return folder_.path_of("ca.pem"); }

  TempFolder folder_;
  const std::chrono::steady_clock::time_point now_ = std::chrono::steady_clock::now();
};

TEST_P(TrustedCertificatesTest, has_every_authority_of_the_file) {
  folder_.write("both.pem", TestAuthority().certificate() + TestAuthority().certificate());
  TrustedCertificates one(file(), GetParam());
  EXPECT_EQ(authorities_in(one.store(now_)), 1);
  TrustedCertificates both(folder_.path_of("both.pem"), GetParam());
  EXPECT_EQ(authorities_in(both.store(now_)), 2);
}

TEST_P(TrustedCertificatesTest, has_nothing_where_there_is_no_file) {
  TrustedCertificates none(folder_.path_of("none.pem"), GetParam());
  EXPECT_EQ(none.store(now_), nullptr);
}

TEST_P(TrustedCertificatesTest, is_the_same_for_a_day) {
  TrustedCertificates trusted(file(), GetParam());
  const TrustedCertificates::Store first = trusted.store(now_);
  EXPECT_EQ(trusted.store(now_ + kTrustedFor / 2), first);
  EXPECT_EQ(trusted.store(now_ + kTrustedFor / 2), first);
}

TEST_P(TrustedCertificatesTest, is_read_again_after_a_day_without_waiting_for_it) {
  TrustedCertificates trusted(file(), GetParam());
  const TrustedCertificates::Store first = trusted.store(now_);
  folder_.write("ca.pem", TestAuthority().certificate() + TestAuthority().certificate());
  const auto later = now_ + kTrustedFor + std::chrono::minutes{1};
  EXPECT_EQ(trusted.store(later), first);
  TrustedCertificates::Store next = first;
  while (next == first) {
    std::this_thread::yield();
    next = trusted.store(later);
  }
  EXPECT_EQ(authorities_in(next), 2);
}

INSTANTIATE_TEST_SUITE_P(ReadingBegins, TrustedCertificatesTest,
                         ::testing::Values(Begin::kNow, Begin::kWhenAsked));

}  // namespace
}  // namespace plumbline
