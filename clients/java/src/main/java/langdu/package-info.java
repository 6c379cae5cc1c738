/**
 * langdu 朗读 over its HTTP gateway, for content systems: a document as sentences, each with its sound and the
 * time of every syllable; preparation when a page is published, withdrawal when it is taken back. Java 8, and
 * nothing but the platform's own library. Begin with {@link langdu.Client}.
 */
package langdu;
