// Reads a log of ours, and makes one for us to read, with nothing but the Go modules
// golang.org/x/mod/sumdb/tlog and note, which share no code with us.
//
//	tlogreader read LOG KEY [INDEX SMALLER PROOFS]   verifies; prints size and root
//	tlogreader make LOG NAME SIZE SMALLER            writes a log, a key and proofs
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func number(text string) int64 {
	value, err := strconv.ParseInt(text, 10, 64)
	check(err)
	return value
}

// C2SP tlog-tiles names: x001/234, in groups of three digits.
func name(index int64) string {
	last := fmt.Sprintf("%03d", index%1000)
	for index >= 1000 {
		index /= 1000
		last = fmt.Sprintf("x%03d/%s", index%1000, last)
	}
	return last
}

// The tiles of the log on disk, as tlog asks for them: of 8 levels of the tree each.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		file := filepath.Join(t.folder, "tile", strconv.Itoa(tile.L), name(tile.N))
		if tile.W < 256 {
			file += fmt.Sprintf(".p/%d", tile.W)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		data = append(data, content)
	}
	return data, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for first := int64(0); first < size; first += 256 {
		file := filepath.Join(folder, "tile/entries", name(first/256))
		if size-first < 256 {
			file += fmt.Sprintf(".p/%d", size-first)
		}
		rest, err := os.ReadFile(file)
		check(err)
		for len(rest) >= 2 {
			length := int(binary.BigEndian.Uint16(rest)) + 2
			if length > len(rest) {
				check(fmt.Errorf("%s is torn", file))
			}
			all = append(all, rest[2:length])
			rest = rest[length:]
		}
	}
	if int64(len(all)) != size {
		check(fmt.Errorf("%d entries of %d", len(all), size))
	}
	return all
}

func head(text string) tlog.Tree {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		check(fmt.Errorf("no checkpoint: %q", text))
	}
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: number(lines[1]), Hash: hash}
}

func hashes(lines []string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range lines {
		if line != "" {
			hash, err := tlog.ParseHash(line)
			check(err)
			found = append(found, hash)
		}
	}
	return found
}

func read(arguments []string) {
	folder, key := arguments[0], arguments[1]
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	verifier, err := note.NewVerifier(key)
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	tree := head(opened.Text)
	reader := tlog.TileHashReader(tree, tiles{folder})
	all := entries(folder, tree.N)
	var leaves []int64
	for i := range all {
		leaves = append(leaves, tlog.StoredHashIndex(0, int64(i)))
	}
	// Each is proven to be under the root as it is read.
	stored, err := reader.ReadHashes(leaves)
	check(err)
	for i, entry := range all {
		if stored[i] != tlog.RecordHash(entry) {
			check(fmt.Errorf("entry %d is not what the tree holds", i))
		}
	}
	if len(arguments) == 5 {
		index, smaller := number(arguments[2]), number(arguments[3])
		text, err := os.ReadFile(arguments[4])
		check(err)
		parts := strings.Split(string(text), "\n--\n")
		leaf := tlog.RecordHash(all[index])
		check(tlog.CheckRecord(hashes(strings.Split(parts[0], "\n")), tree.N, tree.Hash, index, leaf))
		older, err := tlog.TreeHash(smaller, reader)
		check(err)
		check(tlog.CheckTree(hashes(strings.Split(parts[1], "\n")), tree.N, tree.Hash, smaller, older))
	}
	fmt.Println(tree.N, tree.Hash)
}

func put(file string, content []byte) {
	check(os.MkdirAll(filepath.Dir(file), 0o755))
	check(os.WriteFile(file, content, 0o644))
}

func lines(proof []tlog.Hash) string {
	var text strings.Builder
	for _, hash := range proof {
		text.WriteString(hash.String() + "\n")
	}
	return text.String()
}

func write(arguments []string) {
	folder, origin := arguments[0], arguments[1]
	size, smaller := number(arguments[2]), number(arguments[3])
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	var bundle bytes.Buffer
	for i := int64(0); i < size; i++ {
		entry := []byte(fmt.Sprintf("{\"schema\":\"assayer.decision/1\",\"seq\":%d}", i))
		more, err := tlog.StoredHashes(i, entry, reader)
		check(err)
		stored = append(stored, more...)
		check(binary.Write(&bundle, binary.BigEndian, uint16(len(entry))))
		bundle.Write(entry)
		if (i+1)%256 == 0 || i+1 == size {
			file := filepath.Join(folder, "tile/entries", name(i/256))
			if (i+1)%256 != 0 {
				file += fmt.Sprintf(".p/%d", size%256)
			}
			put(file, bundle.Bytes())
			bundle.Reset()
		}
	}
	for _, tile := range tlog.NewTiles(8, 0, size) {
		data, err := tlog.ReadTileData(tile, reader)
		check(err)
		file := filepath.Join(folder, "tile", strconv.Itoa(tile.L), name(tile.N))
		if tile.W < 256 {
			file += fmt.Sprintf(".p/%d", tile.W)
		}
		put(file, data)
	}
	root, err := tlog.TreeHash(size, reader)
	check(err)
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	check(err)
	signer, err := note.NewSigner(secret)
	check(err)
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	put(filepath.Join(folder, "checkpoint"), signed)
	put(filepath.Join(folder, "key.pub"), []byte(public+"\n"))
	inclusion, err := tlog.ProveRecord(size, smaller-1, reader)
	check(err)
	consistency, err := tlog.ProveTree(size, smaller, reader)
	check(err)
	older, err := tlog.TreeHash(smaller, reader)
	check(err)
	put(filepath.Join(folder, "proofs"),
		[]byte(lines(inclusion)+"--\n"+lines(consistency)+"--\n"+older.String()+"\n"))
	fmt.Println(size, root)
}

func main() {
	switch {
	case len(os.Args) > 3 && os.Args[1] == "read":
		read(os.Args[2:])
	case len(os.Args) == 6 && os.Args[1] == "make":
		write(os.Args[2:])
	default:
		fmt.Println("usage: see the source")
		os.Exit(2)
	}
}
