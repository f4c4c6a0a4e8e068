#include "common/crypto/ed25519.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace hotspot::crypto {
namespace {

template <typename T, void (*kFree)(T*)>
struct Free {
  void operator()(T* one) const { kFree(one); }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using DigestHandle = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX, EVP_MD_CTX_free>>;
using BioHandle = std::unique_ptr<BIO, Free<BIO, BIO_free_all>>;

const std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

template <std::size_t N>
std::string base64(const std::array<std::uint8_t, N>& bytes) {
  std::vector<std::uint8_t> text(4 * ((N + 2) / 3) + 1);
  const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(N));
  return std::string(text.begin(), text.begin() + length);
}

// EVP_DecodeBlock tolerates blanks and ignores padding, so the result is encoded again and compared with the input.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> from_base64(std::string_view text) {
  if (text.size() != 4 * ((N + 2) / 3)) return std::nullopt;
  std::array<std::uint8_t, 3 * ((N + 2) / 3)> raw{};
  if (EVP_DecodeBlock(raw.data(), bytes_of(text), static_cast<int>(text.size())) < 0) return std::nullopt;
  std::array<std::uint8_t, N> bytes;
  std::copy_n(raw.begin(), N, bytes.begin());
  if (base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace

std::string to_base64(const PublicKey& key) { return base64(key); }
std::string to_base64(const Signature& signature) { return base64(signature); }
std::optional<PublicKey> public_key_from_base64(std::string_view text) { return from_base64<32>(text); }
std::optional<Signature> signature_from_base64(std::string_view text) { return from_base64<64>(text); }

std::string fingerprint(const PublicKey& key) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash;
  SHA256(key.data(), key.size(), hash.data());
  std::string text = base64(hash);
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

bool verify(const PublicKey& key, std::string_view message, const Signature& signature) {
  const KeyHandle handle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestHandle digest(EVP_MD_CTX_new());
  return handle && digest && EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
         EVP_DigestVerify(digest.get(), signature.data(), signature.size(), bytes_of(message), message.size()) == 1;
}

struct SigningKey::Impl {
  std::shared_ptr<EVP_PKEY> key;
};

Result<SigningKey> SigningKey::generate() {
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return Error{"OpenSSL could not make an Ed25519 key"};
  return SigningKey(std::make_shared<const Impl>(Impl{std::move(key)}));
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  const BioHandle text(BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 1u << 16))));
  // An empty pass phrase: without it OpenSSL would prompt for one on the terminal when the key is encrypted.
  static char no_pass_phrase[] = "";
  KeyHandle key(text ? PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, no_pass_phrase) : nullptr);
  if (!key) return Error{"it holds no private key in PEM"};
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) return Error{"its key is not an Ed25519 key"};
  return SigningKey(std::make_shared<const Impl>(Impl{std::move(key)}));
}

std::string SigningKey::to_pem() const {
  const BioHandle text(BIO_new(BIO_s_mem()));
  if (!text || PEM_write_bio_PKCS8PrivateKey(text.get(), impl_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return "";
  char* begin = nullptr;
  const long length = BIO_get_mem_data(text.get(), &begin);
  return std::string(begin, static_cast<std::size_t>(length));
}

PublicKey SigningKey::public_key() const {
  PublicKey key{};
  std::size_t length = key.size();
  EVP_PKEY_get_raw_public_key(impl_->key.get(), key.data(), &length);
  return key;
}

Signature SigningKey::sign(std::string_view message) const {
  Signature signature{};
  std::size_t length = signature.size();
  const DigestHandle digest(EVP_MD_CTX_new());
  EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, impl_->key.get());
  EVP_DigestSign(digest.get(), signature.data(), &length, bytes_of(message), message.size());
  return signature;
}

}  // namespace hotspot::crypto
