// testlist prints every conformance test with the features it requires, as
// tab-separated values. level is by the suite's own conformance profiles:
// core when every feature is core in one of the profiles the test belongs to.
package main

import (
	"fmt"
	"sort"
	"strings"

	"sigs.k8s.io/gateway-api/conformance/tests"
	"sigs.k8s.io/gateway-api/conformance/utils/suite"
)

func main() {
	profiles := []suite.ConformanceProfile{
		suite.GatewayHTTPConformanceProfile, suite.GatewayGRPCConformanceProfile, suite.GatewayTLSConformanceProfile,
		suite.GatewayTCPConformanceProfile, suite.GatewayUDPConformanceProfile,
		suite.MeshHTTPConformanceProfile, suite.MeshGRPCConformanceProfile,
	}
	ts := append([]suite.ConformanceTest(nil), tests.ConformanceTests...)
	sort.Slice(ts, func(i, j int) bool { return ts[i].ShortName < ts[j].ShortName })
	fmt.Println("test\tlevel\tprofiles\tprovisional\tslow\tparallel\tfeatures\tmanifests")
	for _, t := range ts {
		var fs, in []string
		for _, f := range t.Features {
			fs = append(fs, string(f))
		}
		level := "extended"
		for _, p := range profiles {
			all, core := true, true
			for _, f := range t.Features {
				core = core && p.CoreFeatures.Has(f)
				all = all && (p.CoreFeatures.Has(f) || p.ExtendedFeatures.Has(f))
			}
			if all {
				in = append(in, string(p.Name))
				if core {
					level = "core"
				}
			}
		}
		if len(in) == 0 {
			in, level = []string{"-"}, "no profile"
		}
		fmt.Printf("%s\t%s\t%s\t%t\t%t\t%t\t%s\t%s\n", t.ShortName, level, strings.Join(in, ","), t.Provisional, t.Slow, t.Parallel,
			strings.Join(fs, ","), strings.Join(t.Manifests, ","))
	}
}
