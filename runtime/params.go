package runtime

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
)

// magic starts a file of parameters. Behind it stand the number of parameters, these as float64, and a
// checksum, all in little-endian order.
const magic = "adgen parameters 1\n"

// SaveParams writes the parameters to a file, whole or not at all.
func SaveParams[T Float](path string, theta []T) error {
	var b bytes.Buffer
	b.WriteString(magic)
	words := make([]float64, len(theta))
	for i, v := range theta {
		words[i] = float64(v)
	}
	// Writes to a bytes.Buffer do not fail.
	_ = binary.Write(&b, binary.LittleEndian, uint64(len(words)))
	_ = binary.Write(&b, binary.LittleEndian, words)
	_ = binary.Write(&b, binary.LittleEndian, crc32.ChecksumIEEE(b.Bytes()))
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b.Bytes())
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// LoadParams reads parameters that SaveParams has written into theta, which must have their number.
func LoadParams[T Float](path string, theta []T) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	body, ok := bytes.CutPrefix(text, []byte(magic))
	if !ok || len(body) < 12 {
		return fmt.Errorf("%s is no file of parameters", path)
	}
	end := len(text) - 4
	if binary.LittleEndian.Uint32(text[end:]) != crc32.ChecksumIEEE(text[:end]) {
		return fmt.Errorf("%s is damaged: its checksum is wrong", path)
	}
	n := binary.LittleEndian.Uint64(body)
	if n != uint64(len(theta)) || len(body) != 12+8*len(theta) {
		return fmt.Errorf("%s has %d parameters, want %d", path, n, len(theta))
	}
	words := make([]float64, n)
	if err := binary.Read(bytes.NewReader(body[8:]), binary.LittleEndian, words); err != nil {
		return err
	}
	for i, v := range words {
		theta[i] = T(v)
	}
	return nil
}
