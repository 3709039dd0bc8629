package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	corev1 "k8s.io/api/core/v1"
)

// credential is who a container runs as: what it says itself, the Pod, the image. A user other than root has no
// capabilities, as in a container that drops them all.
func (w *pod) credential(c *container) (*syscall.Credential, error) {
	uid, gid, err := parseUser(c.im.User)
	if err != nil {
		return nil, err
	}
	var groups []uint32
	nonRoot := false
	if sc := w.p.Spec.SecurityContext; sc != nil {
		choose(&uid, sc.RunAsUser)
		choose(&gid, sc.RunAsGroup)
		nonRoot = sc.RunAsNonRoot != nil && *sc.RunAsNonRoot
		for _, g := range sc.SupplementalGroups {
			groups = append(groups, uint32(g))
		}
		if sc.FSGroup != nil {
			groups = append(groups, uint32(*sc.FSGroup))
		}
	}
	if sc := c.spec.SecurityContext; sc != nil {
		choose(&uid, sc.RunAsUser)
		choose(&gid, sc.RunAsGroup)
		if sc.RunAsNonRoot != nil {
			nonRoot = *sc.RunAsNonRoot
		}
	}
	if uid == 0 {
		if nonRoot {
			return nil, fmt.Errorf("container has runAsNonRoot and image will run as root")
		}
		return nil, nil
	}
	return &syscall.Credential{Uid: uid, Gid: gid, Groups: groups}, nil
}

func choose(id *uint32, wanted *int64) {
	if wanted != nil {
		*id = uint32(*wanted)
	}
}

func parseUser(user string) (uid, gid uint32, err error) {
	if user == "" {
		return 0, 0, nil
	}
	name, group, _ := strings.Cut(user, ":")
	u, err := strconv.ParseUint(name, 10, 32)
	if err != nil {
		return 0, 0, fmt.Errorf("user %q of the image: numbers are understood", user)
	}
	g, err := strconv.ParseUint(group, 10, 32)
	if group != "" && err != nil {
		return 0, 0, fmt.Errorf("user %q of the image: numbers are understood", user)
	}
	return uint32(u), uint32(g), nil
}

func (w *pod) isReadOnly(c *container) bool {
	sc := c.spec.SecurityContext
	return sc != nil && sc.ReadOnlyRootFilesystem != nil && *sc.ReadOnlyRootFilesystem
}

// setReadOnly changes the root's mount alone: volumes below it are mounts of their own.
func (c *container) setReadOnly(readOnly bool) error {
	flags := uintptr(syscall.MS_REMOUNT | syscall.MS_BIND)
	if readOnly {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("", c.root, "", flags, ""); err != nil {
		return fmt.Errorf("remount %s: %w", c.root, err)
	}
	return nil
}

// bind shows what lies at from at a place below the container's root; a second call changes nothing.
func (c *container) bind(from, at string) error {
	target := from
	if at != "" {
		target = inRoot(c.root, at)
	}
	if slices.Contains(c.mounts, target) {
		return nil
	}
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	if err := syscall.Mount(from, target, "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
		return fmt.Errorf("bind %s: %w", target, err)
	}
	c.mounts = append(c.mounts, target)
	return nil
}

func (c *container) unmount() {
	for _, target := range slices.Backward(c.mounts) {
		_ = syscall.Unmount(target, syscall.MNT_DETACH)
	}
	c.mounts = nil
}

// mountEmptyDir gives all containers of the Pod the same folder, which anyone in them may write.
func (w *pod) mountEmptyDir(c *container, name string, m corev1.VolumeMount) error {
	dir := filepath.Join(w.dir, "volumes", name, m.SubPath)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o777); err != nil { // whatever our umask
		return err
	}
	return c.bind(dir, m.MountPath)
}
