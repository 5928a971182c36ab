// What a test needs beside the witness filippo.io/torchwood/cmd/litewitness, whose own witnessctl
// wants modules that the witness does not.
//
//	witnessrig agent SOCKET             holds a new key for the witness; prints its fingerprint
//	witnessrig know DB LOG KEY          tells the witness of a log
//	witnessrig check NOTE KEY WITNESS   verifies a cosigned checkpoint; prints its size
package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// RFC 6962: the hash of no entries.
const empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

func check(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func serve(socket string) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	check(err)
	keys := agent.NewKeyring()
	check(keys.Add(agent.AddedKey{PrivateKey: private}))
	listener, err := net.Listen("unix", socket)
	check(err)
	shown, err := ssh.NewPublicKey(public)
	check(err)
	fmt.Println(ssh.FingerprintSHA256(shown))
	for {
		connection, err := listener.Accept()
		check(err)
		go agent.ServeAgent(keys, connection)
	}
}

func know(database, origin, key string) {
	_, err := note.NewVerifier(key)
	check(err)
	db, err := sqlite.OpenConn(database, sqlite.OpenReadWrite)
	check(err)
	check(sqlitex.Execute(db, "INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)",
		&sqlitex.ExecOptions{Args: []any{origin, empty}}))
	check(sqlitex.Execute(db, "INSERT INTO key (origin, key) VALUES (?, ?)",
		&sqlitex.ExecOptions{Args: []any{origin, key}}))
	check(db.Close())
}

func verify(file, key, witness string) {
	signed, err := os.ReadFile(file)
	check(err)
	log, err := note.NewVerifier(key)
	check(err)
	cosigner, err := torchwood.NewCosignatureVerifier(witness)
	check(err)
	opened, err := note.Open(signed, note.VerifierList(log, cosigner))
	check(err)
	if len(opened.Sigs) != 2 {
		check(fmt.Errorf("%d signatures of the two", len(opened.Sigs)))
	}
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	check(err)
	fmt.Println(checkpoint.Origin, checkpoint.N, strings.TrimSpace(checkpoint.Hash.String()))
}

func main() {
	switch arguments := os.Args[1:]; {
	case len(arguments) == 2 && arguments[0] == "agent":
		serve(arguments[1])
	case len(arguments) == 4 && arguments[0] == "know":
		know(arguments[1], arguments[2], arguments[3])
	case len(arguments) == 4 && arguments[0] == "check":
		verify(arguments[1], arguments[2], arguments[3])
	default:
		fmt.Println("usage: see the source")
		os.Exit(2)
	}
}
