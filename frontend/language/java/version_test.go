package java

import "testing"

// TestLevelOf reads versions as the tools write them that switch between JDKs.
func TestLevelOf(t *testing.T) {
	for word, want := range map[string]int{
		"17": 17, "1.8": 8, "1.8.0_292": 8, "21.0.2": 21, "17.0.9+9": 17, " 21 ": 21,
		"21.0.2-tem": 21, "17.0.9-graalce": 17, "22.3.r17-grl": 22,
		"temurin-21.0.4+7": 21, "adoptopenjdk-11.0.9+101": 11, "corretto-17.0.9.8.1": 17, "zulu-8": 8,
		"semeru-openj9-17.0.4.1+1_openj9-0.33.1": 17, "graalvm-22.3.0+java17": 17, "graalvm-ce-java17-22.3.0": 17,
		"openjdk64-17.0.2": 17, "oracle64-1.8.0.292": 8, "openjdk17": 17, "jdk-17.0.2": 17, "java-17-openjdk-amd64": 17, "v21": 21,
		"": 0, "system": 0, "[17,)": 0, "21foo": 0, ">=17": 0,
	} {
		if got := levelOf(word); got != want {
			t.Errorf("%q: got %d, want %d", word, got, want)
		}
	}
}
