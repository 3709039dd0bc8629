package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net"
	"net/http"
)

var servers = map[string]func(address string) error{
	"tcp":       serveTCP,
	"udp":       serveUDP,
	"websocket": serveWebSocket,
}

// What a TCP client asks for with its first byte.
const (
	askStream = 's'
	askEcho   = 'e'
)

// Streams until the client has enough, or sends the one byte back.
func serveTCP(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	zeros := make([]byte, 64<<10)
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			var first [1]byte
			if _, err := io.ReadFull(connection, first[:]); err != nil {
				return
			}
			if first[0] == askEcho {
				connection.Write(first[:])
				// The client closes first: TIME_WAIT stays with it.
				io.Copy(io.Discard, connection)
				return
			}
			for {
				if _, err := connection.Write(zeros); err != nil {
					return
				}
			}
		}()
	}
}

func serveUDP(address string) error {
	socket, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	udp := socket.(*net.UDPConn)
	udp.SetReadBuffer(4 << 20)
	var datagram [2048]byte
	for {
		size, from, err := udp.ReadFromUDPAddrPort(datagram[:])
		if err != nil {
			return err
		}
		udp.WriteToUDPAddrPort(datagram[:size], from)
	}
}

// RFC 6455, as little as the load needs: every message is a text frame of messageBytes.
func serveWebSocket(address string) error {
	return http.ListenAndServe(address, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		key := request.Header.Get("Sec-WebSocket-Key")
		if key == "" {
			http.Error(writer, "a WebSocket server", http.StatusUpgradeRequired)
			return
		}
		connection, buffered, err := http.NewResponseController(writer).Hijack()
		if err != nil {
			return
		}
		defer connection.Close()
		io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Accept: "+acceptOf(key)+"\r\n\r\n")
		echoMessages(connection, buffered.Reader)
	}))
}

func acceptOf(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func echoMessages(connection net.Conn, reader *bufio.Reader) {
	var masked [6 + messageBytes]byte
	var answer [2 + messageBytes]byte
	answer[0], answer[1] = textFrame, messageBytes
	for {
		if _, err := io.ReadFull(reader, masked[:]); err != nil {
			return
		}
		if masked[0] != textFrame || masked[1] != 0x80|messageBytes {
			return
		}
		for i := range messageBytes {
			answer[2+i] = masked[6+i] ^ masked[2+i%4]
		}
		if _, err := connection.Write(answer[:]); err != nil {
			return
		}
	}
}
